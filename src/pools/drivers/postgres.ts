import type { Client, QueryResult as PgResult } from 'pg';
import type { CompleteDefinition } from '../defaults.ts';
import type { FailureKind } from '../failure-kind.ts';
import { cancelStatement } from './cancel-postgres.ts';
import type { DriverConnection, OpenRequest, PoolDriver, QueryResult } from './driver.ts';
import { untilClosed } from './until-closed.ts';

/** What `@types/pg` leaves out. */
interface Inside {
  readonly connection: {
    readonly stream: { readonly bytesRead: number; destroy(): void };
    on(event: 'errorMessage', listener: (error: { readonly severity?: string; readonly code?: string }) => void): void;
  };
  readonly connectionParameters: object;
  readonly processID?: number | null;
  readonly secretKey?: unknown;
  readonly _activeQuery?: unknown;
  readonly _queryQueue?: readonly unknown[];
  ref(): void;
  unref(): void;
}

/** PostgreSQL by `pg`. */
export const postgresDriver: PoolDriver = {
  async open({ definition, password, signal, lost, closed }: OpenRequest) {
    const { default: pg } = await import('pg');
    const client = new pg.Client(clientOptions(definition, password));
    const inside = client as unknown as Inside;
    // Without a listener, a session that the server ends would end the process, also while it is lent.
    client.on('error', lost);
    // The last word of a session goes to the statement that runs on it; its socket closes a moment later.
    inside.connection.on('errorMessage', ({ severity, code = '' }) => {
      if (severity === 'FATAL' || severity === 'PANIC' || lastWords.test(code)) lost();
    });
    client.once('end', () => {
      lost();
      closed();
    });
    await untilClosed(client.connect(), {
      signal,
      destroy: () => inside.connection.stream.destroy(),
      onClosed: (done) => client.once('end', done),
    });
    forgetPassword(inside);
    return connectionOf(client, inside);
  },

  failureKind(error): FailureKind | undefined {
    const { code, message } = Object(error) as { code?: unknown; message?: unknown };
    if (code === '08P01') return kindOfPooler(String(message));
    if (typeof code === 'string') return kinds[code];
    if (/^SASL: /.test(String(message))) return 'auth'; // pg itself, as where no password was given
    return /SSL connection/.test(String(message)) ? 'tls' : undefined;
  },
};

function clientOptions(definition: CompleteDefinition, password: string | undefined) {
  const { host, port, database, user, tls, applicationName, statementTimeoutMs } = definition;
  return {
    ...{ host, port, database, user },
    // With null pg looks into ~/.pgpass.
    password: password ?? '',
    ssl: tls ? { ...tls } : false,
    application_name: applicationName,
    statement_timeout: statementTimeoutMs,
    connectionTimeoutMillis: 0,
    keepAlive: true,
  };
}

/** pg hides it from what prints the client, but not from all: it is there, and not enumerable. It logs in once. */
function forgetPassword(inside: Inside): void {
  for (const holder of [inside, inside.connectionParameters]) Object.assign(holder, { password: null });
}

function connectionOf(client: Client, inside: Inside): DriverConnection {
  return {
    client,
    run(sql, params, done) {
      client.query(sql, params as unknown[], (error: Error | null, result) => done(error, resultOf(result)));
    },
    isBusy: () => Boolean(inside._activeQuery) || Boolean(inside._queryQueue?.length),
    isInTransaction: () => client.getTransactionStatus() !== 'I',
    bytesRead: () => inside.connection.stream.bytesRead,
    holdProcess: (holds) => (holds ? inside.ref() : inside.unref()),
    end: () => void client.end().catch(() => {}),
    destroy() {
      const { processID: processId, secretKey } = inside;
      if (inside._activeQuery && typeof processId === 'number' && typeof secretKey === 'number') {
        cancelStatement({ host: client.host, port: client.port, processId, secretKey });
      }
      inside.connection.stream.destroy();
    },
  };
}

/** Several statements in one text give an array of results; the last one counts. */
function resultOf(result: PgResult | PgResult[] | undefined): QueryResult {
  const last = Array.isArray(result) ? result.at(-1) : result;
  return { rows: last?.rows ?? [], affectedRows: last?.rowCount ?? 0 };
}

/** The server ends the session with it; where its messages are in another language, the severity is too. */
const lastWords = /^(?:57P0[1-5]|25P0[34])$/;

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const kinds: Readonly<Record<string, FailureKind>> = {
  '28P01': 'auth',
  '28000': 'auth',
  '3D000': 'database',
  '42501': 'database',
  '53300': 'full',
  '57P03': 'starting',
  '57P01': 'starting',
  '57P02': 'starting',
};

/** PgBouncer says everything with 08P01, in English. */
function kindOfPooler(message: string): FailureKind {
  if (
    /no more connections|connections exceeded|too many|query_wait_timeout|remaining connection slots/i.test(message)
  ) {
    return 'full';
  }
  if (/no such database/i.test(message)) return 'database';
  return /password|auth|no such user/i.test(message) ? 'auth' : 'other';
}
