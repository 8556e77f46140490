import { boundWait, insteadOfAcquireTimeout, waitOptions } from '../parts/bound-mysql2.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { head, login, sections } from '../parts/node.ts';
import type { Target } from '../target.ts';

export const typeormMysql: Target = {
  title: 'TypeORM on mysql2',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'typeorm-mysql',
  options: { driver: 'mysql2' },
  instead: { acquireTimeout: insteadOfAcquireTimeout },
  refusesAtOnce: true,
  render: ({ settings, why, engine }) => {
    const { call, wrapper, types } = boundWait('pool', settings, null);
    const { connectionLimit, connectTimeoutMs, queryTimeoutMs } = settings;
    return sections(
      head(why, types, "import { DataSource } from 'typeorm';"),
      code`
        export const dataSource = new DataSource({
          type: '${engine}',
          ${login(engine, { user: 'username' })}
          connectTimeout: ${milliseconds(connectTimeoutMs)}
          ${queryTimeoutMs && `maxQueryExecutionTime: ${milliseconds(queryTimeoutMs)}`}
          ${queryTimeoutMs && 'enableQueryTimeout: true, // from TypeORM 0.3.23; without it the time above is only logged'}
          extra: {
            connectionLimit: ${literal(connectionLimit)},
            ${waitOptions(settings)}
          },
        });

        /** Opens the data source.${call ? " mysql2 has no acquire timeout of its own; TypeORM's acquireTimeout does not bound the wait." : ''} */
        export async function connect()⟨: Promise<DataSource>⟩ {
          await dataSource.initialize();
          ${call && `const { pool } = dataSource.driver⟨ as unknown as { pool: Pool }⟩;`}
          ${call}
          return dataSource;
        }
      `,
      wrapper,
    );
  },
};
