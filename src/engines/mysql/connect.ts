import mysql from 'mysql2';
import { Line } from '../line.ts';
import { namedVersion } from '../named-version.ts';
import type { Row } from '../rows.ts';
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

  /** Whether a question can be asked on it: neither side has ended it. */
  get isOpen(): boolean {
    const { destroyed, readableEnded } = this.#line.socket;
    return !destroyed && !readableEnded;
  }

  get isMariadb(): boolean {
    return /mariadb/i.test(this.version);
  }

  async #logIn(tls: TlsChoice | undefined): Promise<void> {
    const { socketPath, host, port, user, password, database, settings } = this.target;
    const { timeoutMs, signal, application = 'poolctl', statementTimeoutMs = timeoutMs * 0.9 } = this.#options;
    const { connectTimeoutMs = timeoutMs } = settings;
    const connection = mysql.createConnection({
      host,
      port,
      user,
      ...(password !== undefined && { password }),
      ...(database !== undefined && { database }),
      ...(socketPath !== undefined && { socketPath }), // Tells mysql2 that a Unix socket is safe for passwords.
      ...(tls && { ssl: sslOptions(tls) }),
      connectAttributes: { program_name: application },
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
      this.version = namedVersion(versionIn(connection), this.target, 'the login, where its version belongs,');
      await this.rows(sessionLimits(statementTimeoutMs));
      if (isBeforeReadOnlyVariable(this.version)) await this.rows('SET SESSION TRANSACTION READ ONLY');
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

  async answers(questions: readonly string[]): Promise<Row[][]> {
    const found: Row[][] = [];
    for (const sql of questions) found.push(await this.rows(sql));
    return found;
  }

  close(): Promise<void> {
    return this.#line.hangUp(this.#connection?.end() ?? Promise.resolve());
  }

  #bounded<T>(work: Promise<T>, options: Pick<OpenOptions, 'timeoutMs' | 'signal'> = this.#options): Promise<T> {
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

/** As the greeting has it. MariaDB writes `5.5.5-` before its own, for replicas of old. */
function versionIn(connection: mysql.Connection): string | undefined {
  const { _handshakePacket: greeting } = connection as { _handshakePacket?: { serverVersion?: string } };
  return greeting?.serverVersion?.replace(/^5\.5\.5-(?=.*mariadb)/i, '');
}

/**
 * Read-only, and nothing that waits or runs for long; by the clock of the operating system, as the times of INNODB_TRX are.
 * The server itself chooses what it knows by its version, which a gateway in front of it may not tell: MariaDB takes `M!`
 * and no number from 50700 on, and MySQL the other way round.
 */
function sessionLimits(statementTimeoutMs: number): string {
  const limitMs = Math.max(100, Math.floor(statementTimeoutMs));
  const lockSeconds = Math.max(1, Math.floor(limitMs / 1_000));
  // Lists of ages are longer than the 1024 characters of the default.
  return `SET SESSION lock_wait_timeout = ${lockSeconds}, group_concat_max_len = 1000000, time_zone = 'SYSTEM'
    /*M!100101 , tx_read_only = 1, max_statement_time = ${limitMs / 1_000} */
    /*!50708 , max_execution_time = ${limitMs} */ /*!50720 , transaction_read_only = 1 */`;
}

/** MySQL before 5.7.20. */
function isBeforeReadOnlyVariable(version: string): boolean {
  return /^5\.(?:6\.|7\.1?\d\b)/.test(version);
}
