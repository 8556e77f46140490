import { boundAcquire, insteadOfAcquireTimeout } from '../parts/bound-pools.ts';
import { code, comment, literal, milliseconds, queueMeaning, when } from '../parts/code.ts';
import type { Target } from '../target.ts';

export const mysql2: Target = {
  title: 'mysql2',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'mysql2',
  instead: {
    acquireTimeout: insteadOfAcquireTimeout,
    queryTimeout: 'Give it with each call, as the comment in the snippet shows.',
  },
  render: ({ settings, why }) => code`
    ${comment(why)}
    ${when(settings.acquireTimeoutMs, "⟨import type { Pool } from 'mysql2';⟩")}
    import mysql from 'mysql2/promise';

    export const pool = mysql.createPool({
      host: process.env.DB_HOST,
      port: Number(process.env.DB_PORT ?? 3306),
      user: process.env.DB_USERNAME,
      password: process.env.DB_PASSWORD,
      database: process.env.DB_DATABASE,
      connectionLimit: ${literal(settings.connectionLimit)},
      waitForConnections: true,
      queueLimit: ${literal(settings.queueLimit)}, // ${queueMeaning(settings.queueLimit)}
      connectTimeout: ${milliseconds(settings.connectTimeoutMs)}
    });

    ${settings.queryTimeoutMs && comment([`Query timeout: with each call, pool.query({ sql, timeout: ${literal(settings.queryTimeoutMs)} }).`])}
    ${when(settings.acquireTimeoutMs, `// mysql2 has no acquire timeout of its own.\nboundAcquire(pool.pool, ${literal(settings.acquireTimeoutMs)});\n`)}
    ${when(settings.acquireTimeoutMs, boundAcquire)}
  `,
};
