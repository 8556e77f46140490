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

export const drizzlePostgres: Target = {
  title: 'Drizzle on pg',
  language: 'ts',
  engines: ['postgres'],
  driver: 'pg',
  instead: { queueLimit: insteadOfQueueLimit },
  render: onWholeMs(({ settings, why }) => {
    const [bound, wrapper] = queueOfPg('pool', settings.queueLimit);
    return sections(
      head(why, "import { drizzle } from 'drizzle-orm/node-postgres';", "import pg from 'pg';"),
      pgPool(settings),
      bound,
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
  instead: { acquireTimeout: insteadOfAcquireTimeout, queryTimeout: insteadOfQueryTimeout },
  render: onWholeMs(({ settings, why, engine }) => {
    const [bound, wrapper] = waitOfMysql2('pool.pool', settings.acquireTimeoutMs);
    return sections(
      head(
        why,
        bound && "⟨import type { Pool } from 'mysql2';⟩",
        "import { drizzle } from 'drizzle-orm/mysql2';",
        "import mysql from 'mysql2/promise';",
      ),
      code`
        const pool = mysql.createPool({
          ${login(engine)}
          ${mysql2Options(settings)}
        });
      `,
      limitSessions('pool.pool', engine, settings.queryTimeoutMs),
      bound,
      'export const db = drizzle({ client: pool });',
      wrapper,
    );
  }),
};
