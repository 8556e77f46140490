import { boundWait, insteadOfAcquireTimeout } from '../parts/bound-mysql2.ts';
import { queueOfPg } from '../parts/bound-pg.ts';
import { code } from '../parts/code.ts';
import { insteadOfQueueLimit } from '../parts/limits.ts';
import {
  head,
  insteadOfQueryTimeout,
  limitSessions,
  login,
  mysql2Options,
  onWholeMs,
  pgPool,
  sections,
} from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { Target } from '../target.ts';

const database = `⟨/** Your tables. */
export interface Database {}⟩`;

export const kyselyPostgres: Target = {
  title: 'Kysely on pg',
  language: 'ts',
  engines: ['postgres'],
  driver: 'pg',
  options: { place: 'new Pool() of pg' },
  instead: { queueLimit: insteadOfQueueLimit },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: onWholeMs(({ settings, why }) => {
    const { call, wrapper } = queueOfPg('pool', settings);
    return sections(
      head(why, "import { Kysely, PostgresDialect } from 'kysely';", "import pg from 'pg';"),
      pgPool(settings),
      call,
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
  options: { place: 'createPool() of mysql2' },
  instead: { acquireTimeout: insteadOfAcquireTimeout, queryTimeout: insteadOfQueryTimeout },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: onWholeMs(({ settings, why, engine }) => {
    const { call, wrapper, types } = boundWait('pool', settings);
    return sections(
      head(why, types, "import { Kysely, MysqlDialect } from 'kysely';", "import { createPool } from 'mysql2';"),
      code`
        // Not a pool of mysql2/promise: Kysely would wait for its connections without end.
        const pool = createPool({
          ${login(engine)}
          ${mysql2Options(settings)}
        });
      `,
      limitSessions('pool', engine, settings.queryTimeoutMs),
      call,
      database,
      'export const db = new Kysely⟨<Database>⟩({ dialect: new MysqlDialect({ pool }) });',
      wrapper,
    );
  }),
};
