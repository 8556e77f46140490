import { settingOf } from '../../declarations/setting.ts';
import { serverDemands } from '../budget/assemble.ts';
import { type BudgetedServer, serversOf } from '../budget/servers.ts';
import { atOption } from '../pools/words.ts';
import type { Rule, RuleReport } from '../rule.ts';

/** A pool of exactly max_connections: the limit of all clients was taken for that of one process. */
export const poolEqualsServerLimit: Rule = {
  severity: 'error',
  *checkProject(project) {
    const servers = serversOf(project);
    for (const pool of project.pools) {
      const size = settingOf(pool, 'connectionLimit', project.profiles);
      if (size.kind !== 'set') continue;
      const server = servers.find(({ limit, engine }) => limit === size.value && isSame(engine, pool.engine));
      if (server) yield { ...atOption(pool, size.declared), ...words(server) };
    }
    // A size that only a variable of a service tells.
    for (const { server, rows } of serverDemands(project)) {
      for (const { pools, pool, place, name } of rows) {
        if (pools.length === 0 && pool === server.limit) {
          yield { place, fingerprint: `service ${name}`, confidence: 'medium', ...words(server) };
        }
      }
    }
  },
};

function words(server: BudgetedServer): Omit<RuleReport, 'place' | 'fingerprint'> {
  return {
    message: `The pool of one process is as large as the server's limit for all clients: both are ${server.limit}.`,
    expected: `the share of one process of the ${server.usable} connections that ${server.name} has for pools`,
    consequence: 'A second process, a roll-out, a migration or an administrator finds no connection left.',
    fix: 'Divide what the server has by all instances at their most, roll-outs included (`poolctl size`).',
    related: server.place
      ? [{ place: server.place, message: `max_connections of ${server.name}: ${server.limit}` }]
      : [],
  };
}

function isSame(engine: string | undefined, other: string | undefined): boolean {
  return engine === undefined || (other !== undefined && (engine === 'postgres') === (other === 'postgres'));
}
