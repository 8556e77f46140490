import { code, comment, literal } from '../code.ts';
import type { Target } from '../target.ts';
import { boundQueue, insteadOfQueueLimit } from '../wrappers.ts';

export const typeormPostgres: Target = {
  title: 'TypeORM on pg',
  language: 'ts',
  engines: ['postgres'],
  driver: 'typeorm-postgres',
  instead: { queueLimit: insteadOfQueueLimit },
  render: ({ settings, why }) => code`
    ${comment(why)}
    import type pg from 'pg';
    import { DataSource } from 'typeorm';

    export const dataSource = new DataSource({
      type: 'postgres',
      host: process.env.DB_HOST,
      port: Number(process.env.DB_PORT ?? 5432),
      username: process.env.DB_USERNAME,
      password: process.env.DB_PASSWORD,
      database: process.env.DB_DATABASE,
      poolSize: ${literal(settings.connectionLimit)},
      connectTimeoutMS: ${literal(settings.acquireTimeoutMs)}, // ms, to acquire and to connect; unset would wait for ever
      ${settings.queryTimeoutMs && `extra: { statement_timeout: ${literal(settings.queryTimeoutMs)} }, // ms; not through PgBouncer`}
    });

    /** Opens the data source. pg has no queue limit of its own. */
    export async function connect(): Promise<DataSource> {
      await dataSource.initialize();
      const { master } = dataSource.driver as unknown as { master: pg.Pool };
      boundQueue(master, ${literal(settings.queueLimit)});
      return dataSource;
    }

    ${boundQueue}
  `,
};
