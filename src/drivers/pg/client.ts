import { dirname, extname } from 'node:path';
import pg from 'pg';
import { failure } from '../../engines/failure.ts';
import { framePostgres } from '../../engines/postgres/framed.ts';
import { PostgresLogin } from '../../engines/postgres/login.ts';
import { sslConfig } from '../../engines/postgres/ssl.ts';
import type { LoadTarget } from '../driver.ts';
import { noteOpening, waitedInPooler } from '../failure.ts';
import type { LoadLine } from '../line.ts';
import { tagger } from '../tag.ts';
import { type LoadTraits, traitsOf } from '../traits.ts';
import { sessionSql } from './settings.ts';

type Connected = (error?: Error | null) => void;

/** A private field of pg: its connection, which tells more of the login than the client does. */
interface Wiring {
  readonly connection: NodeJS.EventEmitter & { readonly stream: NodeJS.EventEmitter };
}

/** pg's client; connect() ends only when the session has its limits, and its parts are timed. */
export class LoadClient extends pg.Client {
  readonly line: LoadLine;
  readonly #to: LoadTarget;
  readonly #traits: LoadTraits;
  /** Puts the tag before a text, where the sessions are a pooler's. */
  readonly tagged: ((text: string) => string) | undefined;
  #version = '';

  constructor(to: LoadTarget, line: LoadLine) {
    const traits = traitsOf(to.target);
    if (to.via) line.redirect(to.via.host, to.via.port);
    else if (to.target.hostAddress !== undefined) line.redirect(to.target.hostAddress, to.target.port);
    const login = new PostgresLogin(to.target);
    super(clientConfig(to, traits, line, login));
    login.watch(this);
    this.line = line;
    this.#to = to;
    this.#traits = traits;
    this.tagged = to.safety.isPooled ? tagger(to.safety.tag) : undefined;
    framePostgres(this, line, 'load');
    // A session that the server ends says so here, at any time; what runs on it fails, and the pool forgets it.
    this.on('error', () => {});
    const { connection } = this as unknown as Wiring;
    connection.once('backendKeyData', ({ processID }: { processID: number }) => {
      line.processId = processID;
    });
    connection.once('sslconnect', () => connection.stream.once('secureConnect', () => line.mark('tls')));
    connection.on('parameterStatus', ({ parameterName, parameterValue }: Record<string, string>) => {
      if (parameterName === 'server_version') this.#version = parameterValue ?? '';
    });
  }

  override connect(): Promise<pg.Client>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<pg.Client> | undefined {
    if (!connected) {
      return new Promise((resolve, reject) => {
        this.connect((error?: Error | null) => (error ? reject(error) : resolve(this)));
      });
    }
    this.#connect(connected);
    return undefined;
  }

  #connect(connected: Connected): void {
    const failed = (error: Error) => {
      const waited = this.tagged && waitedInPooler(this.line);
      connected(noteOpening(waited ?? error, this.line));
      this.line.cut();
    };
    super.connect((error: Error | null) => {
      if (error) return failed(error);
      this.line.mark('login');
      this.#setUp((refusal) => {
        if (refusal) return failed(refusal);
        this.line.mark('setup');
        connected(null);
      });
    });
  }

  #setUp(done: (error: Error | undefined) => void): void {
    // A pooler lets in clients for which it has no connection to the server: the first statement waits for one.
    if (this.tagged) {
      this.query(this.tagged('SELECT 1'), (error: Error | null) => done(error ?? undefined));
      return;
    }
    const { processId = 0 } = this.line;
    const { safety, target } = this.#to;
    const sql = sessionSql(safety, processId, this.#version, this.#traits, target.settings.searchPath);
    this.query(sql, (error: (Error & { code?: string }) | null, result: pg.QueryResult<{ pid: number }>) => {
      if (error?.code === '22023' && !this.#traits.cannotCheckClient) {
        // Only client_connection_check_interval depends on the platform.
        this.#traits.cannotCheckClient = true;
        return this.#setUp(done);
      }
      if (error) return done(error);
      done(result.rows[0]?.pid === processId ? undefined : throughPooler(this.#to));
    });
  }
}

function clientConfig(
  { target, safety }: LoadTarget,
  { tls }: LoadTraits,
  line: LoadLine,
  login: PostgresLogin,
): pg.ClientConfig {
  const { socketPath, host, port, user, database = user } = target;
  return {
    host: socketPath === undefined ? host : dirname(socketPath),
    port: socketPath === undefined ? port : Number(extname(socketPath).slice(1)),
    user,
    database,
    application_name: safety.tag,
    ssl: sslConfig(tls),
    ...login.config,
    stream: () => line.socket,
  };
}

function throughPooler({ target }: LoadTarget): Error {
  return failure(
    'PROTOCOL_MISMATCH',
    `A pooler answers at ${target.address}: limits that are set there would stay on sessions of other clients.`,
    'Name the server itself, past the pooler.',
  );
}
