import type { EngineId } from '../../base/engine.ts';
import { boundWait, insteadOfAcquireTimeout, waitOptions, whyOf } from '../parts/bound-mysql2.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { head, insteadOfQueryTimeout, limitSession, login, sections } from '../parts/node.ts';
import { setsStatementLimit } from '../parts/statement-limit.ts';
import type { Target } from '../target.ts';

export const mysql: Target = {
  title: 'mysql (mysqljs)',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'mysql',
  instead: { acquireTimeout: insteadOfAcquireTimeout, queryTimeout: insteadOfQueryTimeout },
  refusesAtOnce: true,
  sets: setsStatementLimit,
  render: ({ settings, why, engine }) => {
    const { connectionLimit, connectTimeoutMs, queryTimeoutMs } = settings;
    const { call, wrapper } = boundWait('pool', settings, whyOf.mysqljs);
    const noLogin = 'mysqljs logs in with mysql_native_password only, which MySQL 8.4 has off and MySQL 9 has no more.';
    return sections(
      head(engine === 'mysql' ? [...why, noLogin] : why, "import mysql from 'mysql';"),
      code`
        export const pool = mysql.createPool({
          ${login(engine)}
          connectionLimit: ${literal(connectionLimit)},
          ${waitOptions(settings)}
          connectTimeout: ${milliseconds(connectTimeoutMs)}, for TCP
          acquireTimeout: ${milliseconds(connectTimeoutMs)}, for the login and for the ping of an idle connection; not for the wait
        });
      `,
      queryTimeoutMs === undefined ? undefined : limitSessions(engine, queryTimeoutMs),
      call,
      wrapper && poolTypes,
      wrapper,
    );
  },
};

/** The pool that the wrappers need; the types of mysqljs ask more of the error. */
const poolTypes = `⟨type PoolConnection = mysql.PoolConnection;

interface Pool {
  getConnection(callback: (error: Error | null, connection: PoolConnection) => void): void;
}⟩`;

/** Sets a query timeout in each new session. */
function limitSessions(engine: EngineId, ms: number): string {
  const { sql, meaning } = limitSession(engine, ms);
  return code`
    // ${meaning}
    pool.on('connection', (connection⟨: mysql.Connection⟩) => {
      connection.query('${sql}', (error) => {
        if (error) console.error('no query timeout:', error.message);
      });
    });
  `;
}
