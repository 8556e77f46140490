import type { Socket } from 'node:net';
import type { Connection, ConnectionOptions } from 'mysql2';
import type { CompleteDefinition } from '../defaults.ts';
import type { FailureKind } from '../failure-kind.ts';
import type { DriverConnection, OpenRequest, PoolDriver, QueryResult } from './driver.ts';
import { killStatement } from './kill-mysql.ts';
import { watchStatus } from './mysql-status.ts';
import { untilClosed } from './until-closed.ts';

/** What mysql2's types leave out. */
interface Inside {
  readonly stream: Socket;
  readonly _command?: unknown;
  readonly _commands?: { readonly length: number };
}

/** MySQL and MariaDB by `mysql2`. */
export const mysqlDriver: PoolDriver = {
  async open({ definition, password, signal, lost, closed }: OpenRequest) {
    const { default: mysql } = await import('mysql2');
    const login = connectionOptions(definition, password);
    const connection = mysql.createConnection({ ...login });
    const inside = connection as unknown as Inside;
    // Its own destroy() only half-closes the socket, which a dead network never answers.
    const destroy = () => inside.stream.destroy();
    const isInTransaction = watchStatus(connection as object, lost);
    const socketClosed = new Promise<void>((resolve) => inside.stream.once('close', () => resolve()));
    connection.on('error', () => {
      lost();
      destroy();
    });
    socketClosed.then(() => {
      lost();
      closed();
    });
    await untilClosed(setUp(connection, definition), {
      signal,
      destroy,
      onClosed: (done) => void socketClosed.then(done),
    });
    forgetPassword(connection);
    const giveUp = () => {
      const { localPort, destroyed } = inside.stream;
      const { createConnection } = mysql;
      const { threadId } = connection;
      if (isBusy(inside) && localPort !== undefined && !destroyed) {
        killStatement({ createConnection, login, threadId, localPort });
      }
      destroy();
    };
    return connectionOf(connection, inside, giveUp, isInTransaction);
  },

  failureKind(error): FailureKind | undefined {
    const { code, errno } = Object(error) as { code?: unknown; errno?: unknown };
    if (code === 'HANDSHAKE_NO_SSL_SUPPORT' || code === 'HANDSHAKE_SSL_ERROR') return 'tls';
    if (code === 'PROTOCOL_CONNECTION_LOST') return 'network';
    return typeof errno === 'number' ? kinds[errno] : undefined;
  },
};

function connectionOptions(definition: CompleteDefinition, password: string | undefined): ConnectionOptions {
  const { host, port, database, user, tls } = definition;
  return {
    ...{ host, port, database, user },
    ...(password !== undefined && { password }),
    // Without verifyIdentity the certificate may be for any host.
    ...(tls && { ssl: { ...tls, verifyIdentity: tls.rejectUnauthorized !== false } }),
    connectTimeout: 0,
    enableKeepAlive: true,
    // An object among the parameters is a value, and not `name = value` of a request that was made up.
    stringifyObjects: true,
  };
}

/** The login, and the limit of statements: each server reads its own variable of the comments and skips the other. */
function setUp(connection: Connection, definition: CompleteDefinition): Promise<void> {
  const { statementTimeoutMs } = definition;
  const mariadb = `/*M!100101 , SESSION max_statement_time = ${statementTimeoutMs / 1_000} */`;
  const mysql = `/*!50708 , SESSION max_execution_time = ${Math.ceil(statementTimeoutMs)} */`;
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.query(`SET @poolctl = 1 ${mariadb} ${mysql}`, (error: Error | null) => {
      connection.removeListener('error', reject);
      error ? reject(error) : resolve();
    });
  });
}

/** mysql2 keeps it where everything that prints the connection shows it; only changeUser() would ask for it. */
function forgetPassword({ config }: Connection): void {
  for (const name of ['password', 'password1', 'passwordSha1'])
    if (name in config) Object.assign(config, { [name]: '' });
}

function connectionOf(
  connection: Connection,
  inside: Inside,
  destroy: () => void,
  isInTransaction: () => boolean,
): DriverConnection {
  return {
    client: connection.promise(),
    run(sql, params, done) {
      connection.query(sql, [...(params ?? [])], (error, result) => done(error, resultOf(result)));
    },
    isBusy: () => isBusy(inside),
    isInTransaction,
    bytesRead: () => inside.stream.bytesRead,
    holdProcess: (holds) => void (holds ? inside.stream.ref() : inside.stream.unref()),
    end: () => void connection.end(),
    destroy,
  };
}

const isBusy = ({ _command, _commands }: Inside) => Boolean(_command) || Boolean(_commands?.length);

function resultOf(result: unknown): QueryResult {
  if (Array.isArray(result)) return { rows: result, affectedRows: result.length };
  return { rows: [], affectedRows: Number(Object(result).affectedRows ?? 0) };
}

/** https://mariadb.com/kb/en/mariadb-error-code-reference/ and MySQL's reference, "Server Error Message Reference". */
const kinds: Readonly<Record<number, FailureKind>> = {
  1040: 'full', // ER_CON_COUNT_ERROR
  1203: 'full', // ER_TOO_MANY_USER_CONNECTIONS
  1226: 'full', // ER_USER_LIMIT_REACHED
  1044: 'database', // ER_DBACCESS_DENIED_ERROR
  1049: 'database', // ER_BAD_DB_ERROR
  1045: 'auth', // ER_ACCESS_DENIED_ERROR
  1129: 'auth', // ER_HOST_IS_BLOCKED
  1130: 'auth', // ER_HOST_NOT_PRIVILEGED
  1698: 'auth', // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1862: 'auth', // ER_MUST_CHANGE_PASSWORD_LOGIN
  1053: 'starting', // ER_SERVER_SHUTDOWN
  1077: 'starting', // ER_NORMAL_SHUTDOWN
  3159: 'tls', // ER_SECURE_TRANSPORT_REQUIRED
};
