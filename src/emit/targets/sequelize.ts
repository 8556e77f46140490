import { PoolctlError } from '../../base/errors.ts';
import { queueOfSequelize } from '../parts/bound-queues.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { insteadOfQueueLimit } from '../parts/limits.ts';
import { setsQueryTimeout } from '../parts/mariadb.ts';
import { boundedWait, head, limitSession, login, onWholeMs, sections, statementTimeout } from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { EmitInput, Target } from '../target.ts';

/** Each engine with its driver: pg, mysql2 or mariadb. */
function render({ settings, why, engine, driverVersion }: EmitInput): string {
  if (driverVersion !== undefined && driverVersion[0] > 6) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'The snippet for Sequelize is for version 6, the stable one.', {
      hint: 'Version 7 is an alpha with other options; `poolctl profiles show sequelize7` has them.',
    });
  }
  const { connectionLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = settings;
  const { call, wrapper } = queueOfSequelize('sequelize', settings);
  const limited = engine === 'mysql' && queryTimeoutMs !== undefined ? limitSession(engine, queryTimeoutMs) : undefined;
  return sections(
    head(
      why,
      limited && "⟨import type { Connection } from 'mysql2/promise';⟩",
      "import { Sequelize } from 'sequelize';",
    ),
    code`
      ${engine === 'mariadb' ? '// Made for version 2 of the package mariadb: from its 3.1 on, raw queries of Sequelize 6 fail.' : undefined}
      export const sequelize = new Sequelize({
        dialect: '${engine}',
        ${login(engine, { user: 'username' })}
        pool: {
          max: ${literal(connectionLimit)},
          // Does not bound the first query, which asks for the server's version outside the pool.
          acquire: ${boundedWait(acquireTimeoutMs, '0 would be 30 s')}
        },
        dialectOptions: {
          ${engine === 'postgres' ? 'connectionTimeoutMillis' : 'connectTimeout'}: ${milliseconds(connectTimeoutMs)}
          ${engine === 'postgres' ? statementTimeout(queryTimeoutMs) : undefined}
          ${engine === 'mariadb' && queryTimeoutMs !== undefined ? `queryTimeout: ${milliseconds(queryTimeoutMs)}` : undefined}
        },
      });
    `,
    limited &&
      code`
        // ${limited.meaning}
        sequelize.addHook('afterConnect', async (connection⟨: { promise(): Connection }⟩) => {
          // Sequelize would leave the connection open beside its pool, if the hook failed.
          await connection
            .promise()
            .query('${limited.sql}')
            .catch((error) => console.error('no query timeout:', error.message));
        });
      `,
    call,
    wrapper,
  );
}

const common = {
  language: 'ts',
  driver: 'sequelize',
  refusesAtOnce: true,
  prevents: ['forgotten'], // `afterConnect` catches its error
  render: onWholeMs(render),
} as const;
const instead = { queueLimit: insteadOfQueueLimit };

export const sequelizePostgres: Target = {
  ...common,
  title: 'Sequelize 6 on pg',
  engines: ['postgres'],
  options: { driver: 'pg' },
  instead,
  sets: setsStatementLimit,
};
export const sequelizeMariadb: Target = {
  ...common,
  title: 'Sequelize 6 on mariadb',
  engines: ['mariadb'],
  options: { driver: 'mariadb' },
  instead,
  sets: setsQueryTimeout,
};
export const sequelizeMysql: Target = {
  ...common,
  title: 'Sequelize 6 on mysql2',
  engines: ['mysql'],
  options: { driver: 'mysql2' },
  has: { queryTimeout: false },
  sets: setsStatementLimit,
  instead: {
    ...instead,
    queryTimeout: 'The snippet sets max_execution_time in each session: MySQL stops a SELECT, and nothing else.',
  },
};
