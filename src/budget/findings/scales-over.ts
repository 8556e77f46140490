import type { FleetFinding } from '../answer.ts';
import { atServer, type JudgedFleet, nameList } from './finding-input.ts';

/** Servers that normal running fits and autoscalers do not: the number that stands beside `replicas` is not the most. */
export function scalesOver({ judged }: JudgedFleet): FleetFinding[] {
  return judged.flatMap(({ server, answer, rows }): FleetFinding[] => {
    const { usable, normal, scaledOut } = answer;
    if (usable === undefined || normal.connections > usable || scaledOut.connections <= usable) return [];
    const scaling = rows
      .filter(({ demand: { instances, service } }) => instances.most > instances.normal && !service.isReplacedAnytime)
      .map(({ demand: { service, instances } }) => `${service.name} from ${instances.normal} to ${instances.most}`);
    if (scaling.length === 0) return [];
    return [
      {
        id: 'hpa-over-replicas',
        severity: 'info',
        text: `${server.name}: autoscalers start more than normal running has: ${nameList(scaling)} instances.`,
        hint: "Lower the autoscaler's maximum to the most instances that fit, or make the pool smaller.",
        ...atServer(server),
      },
    ];
  });
}
