import type { Connection, ConnectionOptions } from 'mysql2';

interface Given {
  readonly createConnection: (options: ConnectionOptions) => Connection;
  /** The login of the session whose statement was given up. */
  readonly login: ConnectionOptions;
  readonly threadId: number;
  /** Of this machine, from which that session comes. */
  readonly localPort: number;
}

/** A network that swallows it must not keep the connection. */
const limitMs = 2_000;

/**
 * Asks the server, on a connection of its own, to end what runs in a session whose connection is given up. Without it the
 * statement goes on, beyond the pool's limit and the budget: neither MySQL nor MariaDB looks whether the client is still
 * there. The thread must come from the same port: after a restart, on another server or behind a proxy the id may be that of
 * a stranger, and then nothing is ended. What becomes of the request is not waited for.
 */
export function killStatement({ createConnection, login, threadId, localPort }: Given): void {
  const connection = createConnection(login);
  const { stream } = connection as unknown as { stream: { unref(): void; destroy(): void } };
  stream.unref();
  const timer = setTimeout(() => stream.destroy(), limitMs).unref();
  const over = () => {
    clearTimeout(timer);
    stream.destroy();
  };
  connection.on('error', over);
  connection.query(isOursSql, [threadId, login.user, `%:${localPort}`], (error, found) => {
    if (error || !Array.isArray(found) || found.length !== 1) over();
    else connection.query(`KILL QUERY ${Number(threadId)}`, over);
  });
}

const isOursSql = `SELECT ID FROM information_schema.PROCESSLIST WHERE ID = ? AND USER = ? AND HOST LIKE ?`;
