import { boundAcquire, insteadOfAcquireTimeout } from '../parts/bound-pools.ts';
import { code, comment, literal, milliseconds, queueMeaning, when } from '../parts/code.ts';
import type { Target } from '../target.ts';

export const typeormMysql: Target = {
  title: 'TypeORM on mysql2',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'typeorm-mysql',
  instead: {
    acquireTimeout: insteadOfAcquireTimeout,
  },
  render: ({ settings, why, engine }) => code`
    ${comment(why)}
    ${when(settings.acquireTimeoutMs, "⟨import type { Pool } from 'mysql2';⟩")}
    import { DataSource } from 'typeorm';

    export const dataSource = new DataSource({
      type: '${engine}',
      host: process.env.DB_HOST,
      port: Number(process.env.DB_PORT ?? 3306),
      username: process.env.DB_USERNAME,
      password: process.env.DB_PASSWORD,
      database: process.env.DB_DATABASE,
      connectTimeout: ${milliseconds(settings.connectTimeoutMs)}
      ${settings.queryTimeoutMs && `maxQueryExecutionTime: ${milliseconds(settings.queryTimeoutMs)}`}
      ${settings.queryTimeoutMs && 'enableQueryTimeout: true, // from TypeORM 0.3.23; without it the time above is only logged'}
      extra: {
        connectionLimit: ${literal(settings.connectionLimit)},
        waitForConnections: true,
        queueLimit: ${literal(settings.queueLimit)}, // ${queueMeaning(settings.queueLimit)}
      },
    });

    /** Opens the data source.${settings.acquireTimeoutMs > 0 ? " mysql2 has no acquire timeout of its own; TypeORM's acquireTimeout does not bound the wait." : ''} */
    export async function connect()⟨: Promise<DataSource>⟩ {
      await dataSource.initialize();
      ${when(settings.acquireTimeoutMs, `const { pool } = dataSource.driver⟨ as unknown as { pool: Pool }⟩;\nboundAcquire(pool, ${literal(settings.acquireTimeoutMs)});`)}
      return dataSource;
    }

    ${when(settings.acquireTimeoutMs, boundAcquire)}
  `,
};
