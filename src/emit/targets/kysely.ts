import { insteadOfAcquireTimeout, insteadOfQueueLimit } from '../parts/bound-pools.ts';
import { code } from '../parts/code.ts';
import {
  head,
  insteadOfQueryTimeout,
  limitSessions,
  login,
  mysql2Options,
  onWholeMs,
  pgPool,
  queueOfPg,
  sections,
  waitOfMysql2,
} from '../parts/node.ts';
import type { Target } from '../target.ts';

const database = `⟨/** Your tables. */
export interface Database {}⟩`;

export const kyselyPostgres: Target = {
  title: 'Kysely on pg',
  language: 'ts',
  engines: ['postgres'],
  driver: 'pg',
  instead: { queueLimit: insteadOfQueueLimit },
  render: onWholeMs(({ settings, why }) => {
    const [bound, wrapper] = queueOfPg('pool', settings.queueLimit);
    return sections(
      head(why, "import { Kysely, PostgresDialect } from 'kysely';", "import pg from 'pg';"),
      pgPool(settings),
      bound,
      database,
      'export const db = new Kysely⟨<Database>⟩({ dialect: new PostgresDialect({ pool }) });',
      wrapper,
    );
  }),
};

export const kyselyMysql: Target = {
  title: 'Kysely on mysql2',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'mysql2',
  instead: { acquireTimeout: insteadOfAcquireTimeout, queryTimeout: insteadOfQueryTimeout },
  render: onWholeMs(({ settings, why, engine }) => {
    const [bound, wrapper] = waitOfMysql2('pool', settings.acquireTimeoutMs);
    return sections(
      head(
        why,
        bound && "⟨import type { Pool } from 'mysql2';⟩",
        "import { Kysely, MysqlDialect } from 'kysely';",
        "import { createPool } from 'mysql2';",
      ),
      code`
        // Not a pool of mysql2/promise: Kysely would wait for its connections without end.
        const pool = createPool({
          ${login(engine)}
          ${mysql2Options(settings)}
        });
      `,
      limitSessions('pool', engine, settings.queryTimeoutMs),
      bound,
      database,
      'export const db = new Kysely⟨<Database>⟩({ dialect: new MysqlDialect({ pool }) });',
      wrapper,
    );
  }),
};
