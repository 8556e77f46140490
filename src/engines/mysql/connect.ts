import mysql from 'mysql2';
import { Line } from '../line.ts';
import { namedVersion } from '../named-version.ts';
import { type Row, textIn } from '../rows.ts';
import type { OpenOptions, Session } from '../session.ts';
import type { ConnectionTarget } from '../target.ts';
import { type TlsChoice, tlsChoice } from '../tls.ts';
import { mysqlFailure } from './errors.ts';
import { frameMysql } from './framed.ts';
import { sslOptions, withTlsCode } from './ssl.ts';

/** Opens a session to MySQL or MariaDB; with sslmode=prefer once more without TLS, where the server has none. */
export async function connectMysql(target: ConnectionTarget, options: OpenOptions): Promise<MysqlSession> {
  const tls = tlsChoice(target);
  try {
    return await MysqlSession.open(target, tls, options);
  } catch (error) {
    if (target.tlsMode !== 'prefer' || (error as { code?: string }).code !== 'TLS_UNSUPPORTED') throw error;
    return MysqlSession.open(target, undefined, options);
  }
}

type PromiseConnection = ReturnType<mysql.Connection['promise']>;

export class MysqlSession implements Session {
  readonly target: ConnectionTarget;
  readonly encrypted: boolean;
  version = '';
  readonly #line = new Line();
  readonly #options: OpenOptions;
  #connection: PromiseConnection | undefined;

  static async open(target: ConnectionTarget, tls: TlsChoice | undefined, options: OpenOptions) {
    const session = new MysqlSession(target, tls, options);
    await session.#logIn(tls);
    return session;
  }

  private constructor(target: ConnectionTarget, tls: TlsChoice | undefined, options: OpenOptions) {
    this.target = target;
    this.encrypted = tls !== undefined;
    this.#options = options;
  }

  get localPort(): number | undefined {
    return this.#line.socket.localPort;
  }

  get processId(): number | undefined {
    return this.#connection?.threadId;
  }

  get isMariadb(): boolean {
    return /mariadb/i.test(this.version);
  }

  async #logIn(tls: TlsChoice | undefined): Promise<void> {
    const { socketPath, host, port, user, password, database, settings } = this.target;
    const { timeoutMs, signal } = this.#options;
    const { connectTimeoutMs = timeoutMs } = settings;
    const connection = mysql.createConnection({
      host,
      port,
      user,
      ...(password !== undefined && { password }),
      ...(database !== undefined && { database }),
      ...(socketPath !== undefined && { socketPath }), // Tells mysql2 that a Unix socket is safe for passwords.
      ...(tls && { ssl: sslOptions(tls) }),
      connectAttributes: { program_name: 'poolctl' },
      connectTimeout: 0, // poolctl's own timeout covers the login as well.
      supportBigNumbers: true,
      dateStrings: true,
      stream: () => (socketPath === undefined ? this.#line.to(host, port) : this.#line.socket.connect(socketPath)),
    });
    frameMysql(connection, this.#line, 'questions');
    // A session that the server ends while nothing is asked says so here; the next query then fails. So do the errors
    // that follow the one which ended the login.
    connection.on('error', () => {});
    this.#connection = await this.#bounded(loggedIn(connection), { timeoutMs: connectTimeoutMs, signal });
    try {
      const [row] = await this.rows('SELECT VERSION() AS version');
      this.version = namedVersion(textIn(row, 'version'), this.target, 'SELECT VERSION()');
      await this.rows(sessionLimits(this.isMariadb, this.version, this.#options.timeoutMs));
    } catch (error) {
      this.#line.cut();
      throw error;
    }
  }

  async rows(sql: string): Promise<Row[]> {
    if (!this.#connection) throw new Error('not logged in');
    const [rows] = await this.#bounded(this.#connection.query(sql));
    return Array.isArray(rows) ? (rows as Row[]) : [];
  }

  close(): Promise<void> {
    return this.#line.hangUp(this.#connection?.end() ?? Promise.resolve());
  }

  #bounded<T>(work: Promise<T>, options = this.#options): Promise<T> {
    return this.#line.answer(work, this.target, options, (error) => {
      if (!this.#connection) this.#line.cut();
      return mysqlFailure(error, this.target, this.#line);
    });
  }
}

function loggedIn(connection: mysql.Connection): Promise<PromiseConnection> {
  return new Promise((resolve, reject) => {
    connection.once('connect', () => resolve(connection.promise()));
    connection.once('error', (error) =>
      reject(withTlsCode(error, (connection as unknown as { stream: unknown }).stream)),
    );
  });
}

/** Read-only, and nothing that waits or runs for long. */
function sessionLimits(isMariadb: boolean, version: string, timeoutMs: number): string {
  const limitMs = Math.max(100, Math.floor(timeoutMs * 0.9));
  const lockSeconds = Math.max(1, Math.floor(limitMs / 1_000));
  const readOnly = isMariadb || /^5\.[67]\./.test(version) ? 'tx_read_only' : 'transaction_read_only';
  const statement = isMariadb ? `max_statement_time = ${limitMs / 1_000}` : `max_execution_time = ${limitMs}`;
  // Lists of ages are longer than the 1024 characters of the default.
  const limits = [`${readOnly} = 1`, `lock_wait_timeout = ${lockSeconds}`, 'group_concat_max_len = 1000000'];
  // MySQL 5.6 has no limit for statements.
  if (isMariadb || !/^5\.6\./.test(version)) limits.push(statement);
  return `SET SESSION ${limits.join(', ')}`;
}
