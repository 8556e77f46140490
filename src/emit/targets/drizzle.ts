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

export const drizzlePostgres: Target = {
  title: 'Drizzle on pg',
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
      head(why, "import { drizzle } from 'drizzle-orm/node-postgres';", "import pg from 'pg';"),
      pgPool(settings),
      call,
      'export const db = drizzle({ client: pool });',
      wrapper,
    );
  }),
};

export const drizzleMysql: Target = {
  title: 'Drizzle on mysql2',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'mysql2',
  options: { place: 'createPool() of mysql2' },
  instead: { acquireTimeout: insteadOfAcquireTimeout, queryTimeout: insteadOfQueryTimeout },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: onWholeMs(({ settings, why, engine }) => {
    const { call, wrapper, types } = boundWait('pool.pool', settings);
    return sections(
      head(why, types, "import { drizzle } from 'drizzle-orm/mysql2';", "import mysql from 'mysql2/promise';"),
      code`
        const pool = mysql.createPool({
          ${login(engine)}
          ${mysql2Options(settings)}
        });
      `,
      limitSessions('pool.pool', engine, settings.queryTimeoutMs),
      call,
      'export const db = drizzle({ client: pool });',
      wrapper,
    );
  }),
};
