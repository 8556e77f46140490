import { countOf } from '../../declarations/manifests/values.ts';
import { serverDemands } from '../budget/assemble.ts';
import { runningOf } from '../budget/demand.ts';
import { poolerServers, serviceOf } from '../budget/pooler-demand.ts';
import type { Project } from '../project.ts';
import type { Rule } from '../rule.ts';

/** A pooler whose pools nothing bounds together, so that it can take every connection of the server it protects. */
export const poolerUnbounded: Rule = {
  severity: 'warn',
  *checkProject(project) {
    for (const pooler of project.manifests.poolers) {
      const { isBounded, connections } = poolerServers(pooler);
      const service = serviceOf(pooler, project);
      const instances = countOf(service?.most) ?? 1;
      const isAny = pooler.databases.some(({ name }) => name === '*');
      if (isBounded || pooler.databases.length === 0 || (instances < 2 && pooler.databases.length < 2 && !isAny))
        continue;
      const over = service && overLimit(service.name, project);
      // One process with any database: it may still be used for one only.
      const severity = over ? 'error' : instances < 2 && isAny && pooler.databases.length < 2 ? 'info' : undefined;
      const pools = isAny
        ? 'a pool for each database and user'
        : `${pooler.databases.length} database${pooler.databases.length === 1 ? '' : 's'}`;
      yield {
        place: pooler.place,
        fingerprint: `pooler ${pooler.service ?? ''}`,
        ...(severity && { severity }),
        message: `Nothing bounds the server connections of this PgBouncer: max_db_connections is off, with ${pools}${instances > 1 ? ` in each of ${instances} processes` : ''}${over ? `: ${over.most} of ${over.usable} that the server has` : ''}.`,
        expected: 'max_db_connections, so that all processes together stay below max_connections of the server',
        consequence: over
          ? 'The server refuses connections while the pooler was to prevent that.'
          : `Each pair of database and user takes up to ${pairOf(pooler.databases.length, connections)} connections more, and the server refuses connections when it has no more.`,
        fix: 'Set max_db_connections to the share of one process: what the server has for it, divided by the processes and by the databases.',
      };
    }
  },
};

function pairOf(databases: number, connections: number): number {
  return Math.round(connections / Math.max(1, databases));
}

function overLimit(name: string, project: Project): { most: number; usable: number } | undefined {
  for (const { server, rows } of serverDemands(project)) {
    const row = rows.find((each) => each.name === name);
    if (row && runningOf(row) > server.usable) return { most: runningOf(row), usable: server.usable };
  }
  return undefined;
}
