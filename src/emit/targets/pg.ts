import { boundQueue, insteadOfQueueLimit } from '../parts/bound-pools.ts';
import { code, comment, literal, when } from '../parts/code.ts';
import type { Target } from '../target.ts';

export const pg: Target = {
  title: 'pg (node-postgres)',
  language: 'ts',
  engines: ['postgres'],
  driver: 'pg',
  instead: { queueLimit: insteadOfQueueLimit },
  render: ({ settings, why }) => code`
    ${comment(why)}
    import pg from 'pg';

    export const pool = new pg.Pool({
      host: process.env.DB_HOST,
      port: Number(process.env.DB_PORT ?? 5432),
      user: process.env.DB_USERNAME,
      password: process.env.DB_PASSWORD,
      database: process.env.DB_DATABASE,
      max: ${literal(settings.connectionLimit)},
      connectionTimeoutMillis: ${literal(settings.acquireTimeoutMs)}, // ms, to acquire and to connect; ${settings.acquireTimeoutMs > 0 ? '0 would wait' : '0 waits'} without a limit
      ${settings.queryTimeoutMs && `statement_timeout: ${literal(settings.queryTimeoutMs)}, // ms; not through PgBouncer`}
    });

    // Without a listener, an idle connection that the server closes ends the process.
    pool.on('error', (error) => console.error('idle connection lost:', error.message));

    ${when(settings.queueLimit, `// pg has no queue limit of its own.\nboundQueue(pool, ${literal(settings.queueLimit)});\n`)}
    ${when(settings.queueLimit, boundQueue)}
  `,
};
