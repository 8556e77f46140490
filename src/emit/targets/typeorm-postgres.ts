import { queueOfPg } from '../parts/bound-pg.ts';
import { code, literal } from '../parts/code.ts';
import { insteadOfQueueLimit } from '../parts/limits.ts';
import { head, login, sections } from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { Target } from '../target.ts';

export const typeormPostgres: Target = {
  title: 'TypeORM on pg',
  language: 'ts',
  engines: ['postgres'],
  driver: 'typeorm-postgres',
  instead: { queueLimit: insteadOfQueueLimit },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: ({ settings, why }) => {
    const { call, wrapper } = queueOfPg('master', settings, null);
    const { connectionLimit, acquireTimeoutMs, queryTimeoutMs } = settings;
    return sections(
      head(why, call && "⟨import type pg from 'pg';⟩", "import { DataSource } from 'typeorm';"),
      code`
        export const dataSource = new DataSource({
          type: 'postgres',
          ${login('postgres', { user: 'username' })}
          poolSize: ${literal(connectionLimit)},
          connectTimeoutMS: ${literal(acquireTimeoutMs)}, // ms, to acquire and to connect; ${acquireTimeoutMs > 0 ? 'unset would wait' : '0 waits'} without a limit
          ${queryTimeoutMs && `extra: { statement_timeout: ${literal(queryTimeoutMs)} }, // ms; not through PgBouncer`}
        });

        /** Opens the data source.${call ? ' pg has no queue limit of its own.' : ''} */
        export async function connect()⟨: Promise<DataSource>⟩ {
          await dataSource.initialize();
          ${call && `const { master } = dataSource.driver⟨ as unknown as { master: pg.Pool }⟩;`}
          ${call}
          return dataSource;
        }
      `,
      wrapper,
    );
  },
};
