import type { FleetFinding } from '../answer.ts';
import { atServer, type JudgedFleet } from './finding-input.ts';

/** Limits that follow from the class of a server, and that nobody has asked it. */
export function limitEstimated({ judged }: JudgedFleet): FleetFinding[] {
  return judged.flatMap(({ server }): FleetFinding[] => {
    const { limit } = server;
    if (limit.kind === 'unknown' || limit.estimatedBy === undefined) return [];
    return [
      {
        id: 'limit-estimated',
        severity: 'warning',
        text: `${server.name}: ${limit.maxConnections} is the default of ${limit.estimatedBy}, and not what the server says.`,
        hint: "Ask it (`SHOW max_connections`, or `SHOW VARIABLES LIKE 'max_connections'`), and write the number as maxConnections.",
        ...atServer(server),
      },
    ];
  });
}
