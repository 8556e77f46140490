import type { FleetFinding } from '../answer.ts';
import { atServer, failing, type JudgedFleet, nameList } from './finding-input.ts';

/** Roles whose services may take more than the role's own limit. */
export function roleLimit({ judged }: JudgedFleet): FleetFinding[] {
  return judged.flatMap(({ server, answer, rows }) =>
    (answer.roles ?? []).flatMap(({ role, limit, worstMinute, fits }): FleetFinding[] => {
      if (fits !== 'no') return [];
      const users = rows.filter(({ demand }) => demand.pools.some((pool) => pool.role === role));
      const names = nameList(users.map(({ demand }) => demand.service.name));
      const least = worstMinute.isAtLeast ? 'at least ' : '';
      return [
        {
          id: 'role-limit',
          severity: failing(server),
          text: `${server.name}: ${least}${worstMinute.connections} of the ${limit} connections of the role ${role} in the worst minute, by ${names}.`,
          hint: `Make the pools of the role smaller, or raise its limit. The server refuses the role, and not the others.`,
          ...atServer(server),
        },
      ];
    }),
  );
}
