import type { ErrorCode, PoolctlError } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import { failure } from '../engines/failure.ts';
import type { LoadFailure, LoadFailureKind } from './driver.ts';
import type { LoadLine } from './line.ts';

/** Errors of poolctl's wrappers, by the same codes as in its snippets. */
const ownKinds = {
  POOL_ACQUIRE_TIMEOUT: 'acquire-timeout',
  POOL_QUEUE_LIMIT: 'queue-full',
  /** A pooler took the login, and had no connection to the server for it. */
  POOLER_WAIT: 'pooler-wait',
  /** The load was ended; no request gets a connection any more. */
  POOL_CLOSED: 'connection-lost',
  /** MySQL answers 1, and no error, where a sleep was cut short by a limit or by KILL QUERY. */
  SLEEP_INTERRUPTED: 'statement-timeout',
  /** A statement has taken limits off its session. */
  SESSION_CHANGED: 'session-changed',
} as const satisfies Record<string, LoadFailureKind>;
type OwnCode = keyof typeof ownKinds;

export function ownFailure(code: OwnCode, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Of the request that would be one too many in the queue. */
export function queueFull(queueLimit: number): Error {
  return ownFailure('POOL_QUEUE_LIMIT', `${queueLimit} requests already wait`);
}

/** Of a connection through a pooler that was not answered in time: the pooler let it in, and had nothing for it. */
export function waitedInPooler(line: LoadLine): Error | undefined {
  if (!line.timedOut || !line.wasLetIn) return undefined;
  return ownFailure('POOLER_WAIT', 'the pooler took the login, and its first statement had no answer');
}

/** That as the user reads it. */
export function explainPoolerWait(error: Error, address: string, timeoutMs: number): Error | undefined {
  if ((error as { code?: unknown }).code !== 'POOLER_WAIT') return undefined;
  return failure(
    'SERVER_FULL',
    `The pooler at ${address} took the login, and had no connection to the server for it within ${formatDuration(timeoutMs)}.`,
    'Its pool is full: fewer clients, or a larger pool of the pooler (PgBouncer: default_pool_size).',
    error,
  );
}

/** The line whose opening an error ended: then the connection was not lost in use. */
const openings = new WeakMap<Error, LoadLine>();

export function noteOpening(error: Error, line: LoadLine): Error {
  openings.set(error, line);
  return error;
}

export function openingOf(error: Error): LoadLine | undefined {
  return openings.get(error) ?? (error.cause instanceof Error ? openings.get(error.cause) : undefined);
}

const kindsOfErrors: Partial<Record<ErrorCode, LoadFailureKind>> = {
  SERVER_FULL: 'server-full',
  AUTH_FAILED: 'login-refused',
  DATABASE_UNKNOWN: 'login-refused',
  PRIVILEGE_MISSING: 'login-refused',
  TLS_REQUIRED: 'login-refused',
  SERVER_TIMEOUT: 'statement-timeout',
  QUERY_FAILED: 'sql-error',
  PROTOCOL_BROKEN: 'connection-lost',
};

/**
 * The class of an error: of our own wrappers, of the system, of `poolctl` itself, or by what the driver's engine says.
 * `byEngine` knows server codes and the driver's plain texts; undefined for any other error.
 */
export function classifyFailure(error: Error, byEngine: (error: Error) => LoadFailure | undefined): LoadFailure {
  if (isOurs(error)) {
    const cause = error.cause instanceof Error ? classifyFailure(error.cause, byEngine) : undefined;
    const isOfPooler = cause?.kind === 'pooler-wait' || cause?.kind === 'pooler-full';
    return {
      kind: isOfPooler ? cause.kind : (kindsOfErrors[error.code] ?? 'connect-failed'),
      label: cause?.label ?? error.code,
    };
  }
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && code in ownKinds) return { kind: ownKinds[code as OwnCode], label: code };
  const line = openingOf(error);
  if (line?.timedOut) return { kind: 'connect-failed', label: 'CONNECT_TIMEOUT' };
  const found = byEngine(error);
  if (line) return whileOpening(found ?? { kind: 'connect-failed', label: labelOf(error) });
  if (found) return found;
  const isOfSystem = typeof code === 'string' && /^(?:E[A-Z]{3,}|ERR_(?:STREAM|SOCKET|SSL|TLS)\w*)$/.test(code);
  return { kind: isOfSystem ? lostOrRefused(error) : 'sql-error', label: labelOf(error) };
}

/** What the server or driver calls it; never a sentence, which may quote anything. */
export function labelOf(error: Error): string {
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  if (typeof code === 'string' && /^[\w.-]{1,64}$/.test(code)) return code;
  return typeof errno === 'number' && errno > 0 ? String(errno) : error.name;
}

const openingKinds: readonly LoadFailureKind[] = [
  'pooler-full',
  'pooler-wait',
  'server-full',
  'login-refused',
  'acquire-timeout',
  'queue-full',
];

function whileOpening({ kind, label }: LoadFailure): LoadFailure {
  return { kind: openingKinds.includes(kind) ? kind : 'connect-failed', label };
}

function lostOrRefused(error: Error): LoadFailureKind {
  return (error as { syscall?: string }).syscall === 'connect' ? 'connect-failed' : 'connection-lost';
}

function isOurs(error: Error): error is PoolctlError {
  return error.name === 'PoolctlError';
}
