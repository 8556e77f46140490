import { formatCount } from '../../base/units.ts';
import type { FleetFinding } from '../answer.ts';
import type { JudgedServer } from '../judge/judge-server.ts';
import { addedInstances } from '../service-demand.ts';
import { atServer, type JudgedFleet, slotsOf } from './finding-input.ts';

/** Servers of which nobody says what they let in: what their services take is said, and nothing is judged. */
export function serverUnknown({ judged }: JudgedFleet): FleetFinding[] {
  return judged.flatMap((one): FleetFinding[] => {
    const { server, answer, rows } = one;
    if (server.limit.kind !== 'unknown' || rows.length === 0) return [];
    const { connections, isAtLeast } = answer.worstMinute;
    const instances = formatCount(instancesOf(one), 'instance');
    return [
      {
        id: 'server-unknown',
        severity: server.isBudgeted ? 'warning' : 'info',
        text: `${server.name}: ${isAtLeast ? 'at least' : 'up to'} ${connections} ${slotsOf(server)} (${instances}) to a server whose limit is not known: ${server.limit.why}.`,
        hint: server.limit.settledBy,
        ...atServer(server),
      },
    ];
  });
}

/** Those that run in the worst minute. */
function instancesOf({ load, rows }: JudgedServer): number {
  const peak = load.peak('worst');
  const rolling = new Set(peak.rolling.flatMap(({ demands }) => demands));
  return rows.reduce((sum, { demand }) => {
    const { most } = demand.instances;
    const isBeside = demand.service.runs.kind === 'rollout';
    const running = isBeside ? 0 : most * peak.state.runsOf(demand.service);
    return sum + running + (rolling.has(demand) ? addedInstances(demand, most, load.input) : 0);
  }, 0);
}
