import type { EngineId } from '../../base/engine.ts';
import type { PoolSettings } from '../../size/input.ts';
import { code, milliseconds } from './code.ts';
import { limitSession, login, statementTimeout } from './node.ts';

/** How a snippet opens connections for a pool that knows nothing of databases. */
export interface SessionCode {
  /** The imports, from Node.js and of the driver. */
  readonly node?: string;
  readonly driver: string;
  /** The type of a connection. */
  readonly type: string;
  /** The functions `connect()` and `isOpen(connection)`. */
  readonly text: string;
}

/** With pg for PostgreSQL, with mysql2 for the others. */
export function session(engine: EngineId, settings: PoolSettings): SessionCode {
  return engine === 'postgres' ? pgSession(settings) : mysql2Session(engine, settings);
}

const listener = '// Without a listener, an idle connection that the server closes can end the process.';

function pgSession({ connectTimeoutMs, queryTimeoutMs }: PoolSettings): SessionCode {
  return {
    driver: "import pg from 'pg';",
    type: 'pg.Client',
    text: code`
      const lost = new WeakSet⟨<pg.Client>⟩();

      async function connect()⟨: Promise<pg.Client>⟩ {
        const client = new pg.Client({
          ${login('postgres')}
          connectionTimeoutMillis: ${milliseconds(connectTimeoutMs)}
          ${statementTimeout(queryTimeoutMs)}
        });
        ${listener}
        client.on('error', () => lost.add(client));
        await client.connect();
        return client;
      }

      /** Whether the server has not closed the connection. */
      function isOpen(client⟨: pg.Client⟩)⟨: boolean⟩ {
        return !lost.has(client);
      }
    `,
  };
}

function mysql2Session(engine: EngineId, { connectTimeoutMs, queryTimeoutMs }: PoolSettings): SessionCode {
  const limit = queryTimeoutMs === undefined ? undefined : limitSession(engine, queryTimeoutMs);
  return {
    node: "⟨import type { Socket } from 'node:net';⟩",
    driver: "import mysql from 'mysql2/promise';",
    type: 'mysql.Connection',
    text: code`
      async function connect()⟨: Promise<mysql.Connection>⟩ {
        const connection = await mysql.createConnection({
          ${login(engine)}
          connectTimeout: ${milliseconds(connectTimeoutMs)}
        });
        ${listener}
        connection.on('error', () => {});
        ${limit && `// ${limit.meaning}\n${setOrSay(limit.sql)}`}
        return connection;
      }

      /** Whether the server has not closed the connection. */
      function isOpen(connection⟨: mysql.Connection⟩)⟨: boolean⟩ {
        const { connection: core } = connection⟨ as unknown as { connection: { stream: Socket } }⟩;
        return !core.stream.destroyed;
      }
    `,
  };
}

function setOrSay(sql: string): string {
  return code`
    await connection
      .query('${sql}')
      .catch((error) => console.error('no query timeout:', error.message));
  `.trim();
}
