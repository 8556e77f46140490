import type { FleetFinding } from '../answer.ts';
import { atServer, type JudgedFleet, nameList, slotsOf } from './finding-input.ts';

/** Servers that fit, but not if old instances keep their pools until a roll-out is over. */
export function terminatingPods({ judged }: JudgedFleet): FleetFinding[] {
  return judged.flatMap(({ server, answer, rows }): FleetFinding[] => {
    const { usable, withTerminating, fits } = answer;
    if (usable === undefined || fits === 'no' || withTerminating.connections <= usable) return [];
    const ending = rows.filter(({ demand }) => demand.service.terminates && demand.service.runs.kind === 'always');
    const names = nameList(ending.map(({ demand }) => demand.service.name));
    const of = names === '' ? '' : ` of ${names}`;
    const least = withTerminating.isAtLeast ? 'at least ' : '';
    return [
      {
        id: 'terminating-pods',
        severity: 'info',
        text: `${server.name}: ${least}${withTerminating.connections} of ${usable} ${slotsOf(server)} if old instances${of} keep theirs until a roll-out is over: ${withTerminating.connections - usable} too many.`,
        hint: 'Close the pool when the process is told to stop, so that its connections are free before the grace period ends. To count this as the worst minute, write `terminating: count` at the server.',
        ...atServer(server),
      },
    ];
  });
}
