import { serverDemands } from '../budget/assemble.ts';
import { demandOf, fittingIn, ownOf, rowWords, runningOf, type SlotDemand } from '../budget/demand.ts';
import type { BudgetedServer } from '../budget/servers.ts';
import type { Rule, RuleReport } from '../rule.ts';

/** The pools of all instances together take more than their server has. */
export const budgetExceeded: Rule = {
  severity: 'error',
  library: 'off',
  *checkProject(project) {
    for (const { server, rows } of serverDemands(project)) {
      const demand = demandOf(rows);
      if (demand.worst > server.usable) yield report(server, demand);
    }
  },
};

function report(server: BudgetedServer, { rows, running, worst, rolling }: SlotDemand): RuleReport {
  const [largest] = [...rows].sort((a, b) => runningOf(b) - runningOf(a));
  const isKept = worst <= server.usable + server.kept;
  const place = server.place ?? largest?.place ?? nowhere;
  const isMore = rows.some(({ unknown }) => unknown.length > 0);
  const alone = rows.find((row) => row.pool * row.processes > server.usable);
  const rollout = worst > running ? `, ${worst} while ${namesOf(rolling)} out` : '';
  return {
    place,
    fingerprint: `server ${server.name}`,
    ...(isKept && { severity: 'warn' as const }),
    ...(rows.every(({ pools }) => pools.length === 0) && { confidence: 'medium' as const }),
    message: `The pools of ${server.name} may take ${isMore ? 'at least ' : ''}${running} connections${rollout}, and ${server.usable} are there (${server.words}).`,
    expected: `at most ${server.usable} in the worst minute`,
    consequence: isKept
      ? `The last ${server.kept} are kept for superusers: other roles are refused there, and pools of a superuser leave none to an administrator.`
      : alone
        ? `One instance of ${alone.name} alone may take ${alone.pool * alone.processes}: a busy day is enough for the server to refuse connections.`
        : 'The server refuses new connections, of every service and of administrators too, when the services are at their most.',
    fix: fixOf(server, rows),
    related: rows.map((row) => ({ place: row.service?.place ?? row.place, message: rowWords(row) })),
  };
}

function namesOf(rolling: SlotDemand['rolling']): string {
  const [only, other] = rolling;
  return only && !other ? `${only.name} rolls` : `${rolling.length} services roll`;
}

const nowhere = { file: 'poolctl.yaml', start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };

function fixOf({ usable }: BudgetedServer, rows: SlotDemand['rows']): string {
  const [only, other] = rows;
  if (only && !other && only.pool > 0) {
    const largest = fittingIn(only, usable).pool - (only.pool - ownOf(only));
    if (largest >= 1) return `A pool of ${largest} a process fits${only.instances > 1 ? ', or fewer instances' : ''}.`;
  }
  return 'Make the pools smaller or the instances fewer, put a pooler in front of the server, or raise max_connections if its memory allows.';
}
