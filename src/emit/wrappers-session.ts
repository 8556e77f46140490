import type { PoolSettings } from '../core/input.ts';
import { code, milliseconds } from './code.ts';
import type { Engine } from './target.ts';
import { limitSession, login, statementTimeout } from './wrappers-orm.ts';

/** How a snippet opens the connections of a pool that knows nothing of databases: its imports and two declarations. */
export interface Session {
  readonly driver: 'pg' | 'mysql2';
  readonly import: string;
  /** The type of a connection. */
  readonly type: string;
  /** `connect()`, and `lost` with the connections that are of no more use. */
  readonly text: string;
}

/** With pg for PostgreSQL, with mysql2 for the others. */
export function session(engine: Engine, settings: PoolSettings): Session {
  return engine === 'postgres' ? pgSession(settings) : mysql2Session(engine, settings);
}

function pgSession({ connectTimeoutMs, queryTimeoutMs }: PoolSettings): Session {
  return {
    driver: 'pg',
    import: "import pg from 'pg';",
    type: 'pg.Client',
    text: code`
      /** Connections that the server closed. */
      const lost = new WeakSet⟨<pg.Client>⟩();

      async function connect()⟨: Promise<pg.Client>⟩ {
        const client = new pg.Client({
          ${login('postgres')}
          connectionTimeoutMillis: ${milliseconds(connectTimeoutMs)}
          ${statementTimeout(queryTimeoutMs)}
        });
        // Without a listener, an idle connection that the server closes ends the process.
        client.on('error', () => lost.add(client));
        await client.connect();
        return client;
      }
    `,
  };
}

function mysql2Session(engine: Engine, { connectTimeoutMs, queryTimeoutMs }: PoolSettings): Session {
  const limit = queryTimeoutMs === undefined ? undefined : limitSession(engine, queryTimeoutMs);
  return {
    driver: 'mysql2',
    import: "import mysql from 'mysql2/promise';",
    type: 'mysql.Connection',
    text: code`
      /** Connections that the server closed. */
      const lost = new WeakSet⟨<mysql.Connection>⟩();

      async function connect()⟨: Promise<mysql.Connection>⟩ {
        const connection = await mysql.createConnection({
          ${login(engine)}
          connectTimeout: ${milliseconds(connectTimeoutMs)}
        });
        connection.on('error', () => lost.add(connection));
        ${limit && `// ${limit.meaning}\nawait connection.query('${limit.sql}');`}
        return connection;
      }
    `,
  };
}
