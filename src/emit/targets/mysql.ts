import type { EngineId } from '../../base/engine.ts';
import { boundAcquire, insteadOfAcquireTimeout } from '../parts/bound-pools.ts';
import { code, comment, literal, milliseconds, queueMeaning, when } from '../parts/code.ts';
import { insteadOfQueryTimeout, limitSession, login } from '../parts/node.ts';
import type { Target } from '../target.ts';

export const mysql: Target = {
  title: 'mysql (mysqljs)',
  language: 'ts',
  engines: ['mysql', 'mariadb'],
  driver: 'mysql',
  instead: { acquireTimeout: insteadOfAcquireTimeout, queryTimeout: insteadOfQueryTimeout },
  render: ({ settings, why, engine }) => code`
    ${comment(why)}
    ${when(engine === 'mysql', '// mysqljs logs in with mysql_native_password only, which MySQL 8.4 has off and MySQL 9 has no more.')}
    import mysql from 'mysql';

    export const pool = mysql.createPool({
      ${login(engine)}
      connectionLimit: ${literal(settings.connectionLimit)},
      queueLimit: ${literal(settings.queueLimit)}, // ${queueMeaning(settings.queueLimit)}
      connectTimeout: ${milliseconds(settings.connectTimeoutMs)}, for TCP
      acquireTimeout: ${milliseconds(settings.connectTimeoutMs)}, for the login and for the ping of an idle connection; not for the wait
    });

    ${settings.queryTimeoutMs && limitSessions(engine, settings.queryTimeoutMs)}
    ${when(settings.acquireTimeoutMs, `// mysqljs has no timeout for the wait.\nboundAcquire(pool, ${literal(settings.acquireTimeoutMs)});\n`)}
    ${when(settings.acquireTimeoutMs, poolType)}
    ${when(settings.acquireTimeoutMs, boundAcquire)}
  `,
};

/** The pool that boundAcquire needs; the types of mysqljs ask more of the error. */
const poolType = `⟨interface Pool {
  getConnection(callback: (error: Error | null, connection: mysql.PoolConnection) => void): void;
}⟩
`;

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
