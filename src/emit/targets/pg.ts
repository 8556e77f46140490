import { queueOfPg } from '../parts/bound-pg.ts';
import { insteadOfQueueLimit } from '../parts/limits.ts';
import { head, onWholeMs, pgPool, sections } from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { Target } from '../target.ts';

export const pg: Target = {
  title: 'pg (node-postgres)',
  language: 'ts',
  engines: ['postgres'],
  driver: 'pg',
  instead: { queueLimit: insteadOfQueueLimit },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: onWholeMs(({ settings, why }) => {
    const { call, wrapper } = queueOfPg('pool', settings);
    return sections(head(why, "import pg from 'pg';"), `export ${pgPool(settings)}`, call, wrapper);
  }),
};
