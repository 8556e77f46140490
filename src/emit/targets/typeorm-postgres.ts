import { boundQueue, insteadOfQueueLimit } from '../parts/bound-pools.ts';
import { code, comment, literal, when } from '../parts/code.ts';
import type { Target } from '../target.ts';

export const typeormPostgres: Target = {
  title: 'TypeORM on pg',
  language: 'ts',
  engines: ['postgres'],
  driver: 'typeorm-postgres',
  instead: { queueLimit: insteadOfQueueLimit },
  render: ({ settings, why }) => code`
    ${comment(why)}
    ${when(settings.queueLimit, "⟨import type pg from 'pg';⟩")}
    import { DataSource } from 'typeorm';

    export const dataSource = new DataSource({
      type: 'postgres',
      host: process.env.DB_HOST,
      port: Number(process.env.DB_PORT ?? 5432),
      username: process.env.DB_USERNAME,
      password: process.env.DB_PASSWORD,
      database: process.env.DB_DATABASE,
      poolSize: ${literal(settings.connectionLimit)},
      connectTimeoutMS: ${literal(settings.acquireTimeoutMs)}, // ms, to acquire and to connect; ${settings.acquireTimeoutMs > 0 ? 'unset would wait' : '0 waits'} without a limit
      ${settings.queryTimeoutMs && `extra: { statement_timeout: ${literal(settings.queryTimeoutMs)} }, // ms; not through PgBouncer`}
    });

    /** Opens the data source.${settings.queueLimit > 0 ? ' pg has no queue limit of its own.' : ''} */
    export async function connect()⟨: Promise<DataSource>⟩ {
      await dataSource.initialize();
      ${when(settings.queueLimit, `const { master } = dataSource.driver⟨ as unknown as { master: pg.Pool }⟩;\nboundQueue(master, ${literal(settings.queueLimit)});`)}
      return dataSource;
    }

    ${when(settings.queueLimit, boundQueue)}
  `,
};
