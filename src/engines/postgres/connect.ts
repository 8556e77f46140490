import { dirname, extname } from 'node:path';
import pg from 'pg';
import { failure } from '../failure.ts';
import { Line } from '../line.ts';
import { namedVersion } from '../named-version.ts';
import type { Row } from '../rows.ts';
import type { OpenOptions, Session } from '../session.ts';
import { ConnectionTarget } from '../target.ts';
import { type TlsChoice, tlsChoice } from '../tls.ts';
import { postgresFailure } from './errors.ts';
import { framePostgres } from './framed.ts';
import { PostgresLogin } from './login.ts';
import { sslConfig } from './ssl.ts';

/** Opens a session; with sslmode=prefer once more without TLS, where the server has none. */
export async function connectPostgres(
  target: ConnectionTarget,
  options: OpenOptions,
  isConsole = false,
): Promise<PostgresSession> {
  const tls = tlsChoice(target);
  try {
    return await PostgresSession.open(target, tls, options, isConsole);
  } catch (error) {
    if (target.tlsMode !== 'prefer' || (error as { code?: string }).code !== 'TLS_UNSUPPORTED') throw error;
    return PostgresSession.open(target, undefined, options, isConsole);
  }
}

/**
 * The console of the PgBouncer at that address, for a user in its admin_users or stats_users: it knows SHOW, and no
 * transactions. While it is open it takes the place of a client.
 */
export function connectConsole(target: ConnectionTarget, options: OpenOptions): Promise<PostgresSession> {
  return connectPostgres(new ConnectionTarget({ ...target.parts, database: 'pgbouncer' }), options, true);
}

const longestNotice = 1_000;

export class PostgresSession implements Session {
  readonly target: ConnectionTarget;
  readonly encrypted: boolean;
  version = '';
  readonly #client: pg.Client;
  readonly #login: PostgresLogin;
  readonly #line = new Line();
  readonly #options: OpenOptions;
  readonly #isConsole: boolean;
  #notice: string | undefined;
  readonly #announced = new Map<string, string>();

  static async open(
    target: ConnectionTarget,
    tls: TlsChoice | undefined,
    options: OpenOptions,
    isConsole: boolean,
  ): Promise<PostgresSession> {
    const session = new PostgresSession(target, tls, options, isConsole);
    await session.#logIn();
    return session;
  }

  private constructor(target: ConnectionTarget, tls: TlsChoice | undefined, options: OpenOptions, isConsole: boolean) {
    this.target = target;
    this.#isConsole = isConsole;
    this.encrypted = tls !== undefined;
    this.#options = options;
    const { socketPath, host, hostAddress, port, user, database = user } = target;
    if (hostAddress !== undefined && socketPath === undefined) this.#line.redirect(hostAddress, port);
    this.#login = new PostgresLogin(target);
    this.#client = new pg.Client({
      host: socketPath === undefined ? host : dirname(socketPath),
      port: socketPath === undefined ? port : Number(extname(socketPath).slice(1)),
      user,
      database,
      application_name: options.application ?? 'poolctl',
      ssl: sslConfig(tls),
      ...this.#login.config,
      stream: () => this.#line.socket,
    });
    this.#login.watch(this.#client);
    framePostgres(this.#client, this.#line, 'questions');
    // A session that the server ends while nothing is asked says so here; the next query then fails.
    this.#client.on('error', () => {});
    this.#client.on('notice', ({ message }) => {
      this.#notice = message?.slice(0, longestNotice);
    });
    const { connection } = this.#client as unknown as { connection: NodeJS.EventEmitter };
    connection.on('parameterStatus', ({ parameterName, parameterValue }: Record<string, string>) => {
      if (parameterName === 'server_version') this.version = parameterValue ?? '';
      if (parameterName?.startsWith('pgbouncer.')) this.#announced.set(parameterName, parameterValue ?? '');
    });
  }

  get localPort(): number | undefined {
    return this.#line.socket.localPort;
  }

  get processId(): number | undefined {
    return (this.#client as unknown as { processID: number | null }).processID ?? undefined;
  }

  /** Whether a question can be asked on it: neither side has ended it. */
  get isOpen(): boolean {
    const { destroyed, readableEnded } = this.#line.socket;
    return !destroyed && !readableEnded;
  }

  /** What the server, or a pooler before it, has remarked beside the last answer or while there was none. */
  get notice(): string | undefined {
    return this.#notice;
  }

  /** What PgBouncer says of itself at the login, from 1.26 on: `pgbouncer.version`. */
  get announced(): ReadonlyMap<string, string> {
    return this.#announced;
  }

  async #logIn(): Promise<void> {
    const { timeoutMs, signal } = this.#options;
    const { connectTimeoutMs = timeoutMs } = this.target.settings;
    try {
      await this.#bounded(this.#client.connect(), { timeoutMs: connectTimeoutMs, signal }).catch((error) => {
        throw this.#ofOptions(error) ?? error;
      });
      this.#login.checkLetIn();
      namedVersion(this.version, this.target, 'the login, where server_version belongs,');
    } catch (error) {
      this.#line.cut();
      throw error;
    }
    const isConsole = this.version.includes('bouncer');
    if (isConsole === this.#isConsole) return;
    this.#line.cut();
    if (!isConsole) {
      throw failure(
        'PROTOCOL_MISMATCH',
        `"pgbouncer" at ${this.target.address} is a database, not the console of PgBouncer.`,
        'Name PgBouncer itself.',
      );
    }
    throw failure(
      'POOLER_CONSOLE',
      `${this.target.address} is PgBouncer, and "pgbouncer" is its admin console, not a database.`,
      'Name an application’s database in the DSN; better still, the server behind PgBouncer.',
    );
  }

  /** A server that takes the login, and not the options that come with it. */
  #ofOptions(error: unknown): Error | undefined {
    const { code, cause } = error as { code?: string; cause?: { message?: string } };
    if (code !== 'QUERY_FAILED' || this.target.settings.options === undefined) return undefined;
    return failure(
      'DSN_INVALID',
      `${this.target.address} does not take the options of the DSN (options, PGOPTIONS): ${cause?.message}.`,
      'A pooler takes only some of them, or none: name the server behind it, or leave them out.',
      error,
    );
  }

  /** Without a transaction around it: for what a pooler answers itself. */
  async alone(sql: string): Promise<Row[]> {
    return (await this.#bounded(this.#client.query<Row>(sql))).rows;
  }

  async rows(sql: string): Promise<Row[]> {
    this.#notice = undefined;
    if (this.#isConsole) return this.alone(sql);
    const [rows = []] = await this.answers([sql]);
    return rows;
  }

  /**
   * In a transaction of their own, read-only and with time limits that end with it: a SET would stay behind on a connection
   * that PgBouncer shares among clients.
   */
  async answers(questions: readonly string[]): Promise<Row[][]> {
    this.#notice = undefined;
    const { timeoutMs, statementTimeoutMs = timeoutMs * 0.9 } = this.#options;
    const limitMs = Math.max(100, Math.floor(statementTimeoutMs));
    const { searchPath } = this.target.settings;
    const path =
      searchPath === undefined ? '' : `; SELECT set_config('search_path', ${pg.escapeLiteral(searchPath)}, true)`;
    const guard = `BEGIN READ ONLY; SET LOCAL statement_timeout = ${limitMs}; SET LOCAL lock_timeout = ${Math.min(1_000, limitMs)}`;
    try {
      const all = `${guard}${path}; ${questions.join('; ')}; COMMIT`;
      const results: unknown = await this.#bounded(this.#client.query(all));
      // BEGIN, two limits, the questions, COMMIT.
      if (!Array.isArray(results) || results.length < questions.length + 4) throw answersTooFew(this.target);
      return (results as pg.QueryResult<Row>[]).slice(-1 - questions.length, -1).map(({ rows }) => rows);
    } catch (error) {
      if (!this.#line.socket.destroyed) await this.#bounded(this.#client.query('ROLLBACK')).catch(() => {});
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#line.hangUp(this.#client.end());
  }

  #bounded<T>(work: Promise<T>, options: Pick<OpenOptions, 'timeoutMs' | 'signal'> = this.#options): Promise<T> {
    return this.#line.answer(work, this.target, options, (error) => {
      if (!this.#connectedOnce) this.#line.cut();
      return postgresFailure(error, this.target, this.#line);
    });
  }

  get #connectedOnce(): boolean {
    return this.version !== '';
  }
}

function answersTooFew({ address }: ConnectionTarget): Error {
  return failure(
    'PROTOCOL_MISMATCH',
    `${address} does not answer each of several statements in one query; is it PostgreSQL?`,
    'Name the server itself, past what stands in the path.',
  );
}
