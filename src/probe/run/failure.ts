import { within } from '../../base/deadline.ts';
import { type ErrorCode, PoolctlError } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import type {
  LoadConnection,
  LoadDriver,
  LoadFailureKind,
  LoadStatement,
  LoadTarget,
  LoadValue,
} from '../../drivers/driver.ts';
import type { StopReason } from './watch.ts';

const codes: Readonly<Record<LoadFailureKind, ErrorCode>> = {
  'acquire-timeout': 'SERVER_SILENT',
  'queue-full': 'QUERY_FAILED',
  'pooler-full': 'SERVER_FULL',
  'pooler-wait': 'SERVER_FULL',
  'server-full': 'SERVER_FULL',
  'connect-failed': 'CONNECTION_LOST',
  'connection-lost': 'CONNECTION_LOST',
  'statement-timeout': 'SERVER_TIMEOUT',
  'lock-timeout': 'SERVER_TIMEOUT',
  deadlock: 'QUERY_FAILED',
  serialization: 'QUERY_FAILED',
  'read-only': 'WRITE_REFUSED',
  'login-refused': 'AUTH_FAILED',
  'session-changed': 'PROBE_REFUSED',
  'sql-error': 'QUERY_FAILED',
};

/** A driver's error, met by `what`, for the user. */
export function nameFailure(error: unknown, driver: LoadDriver, what: string): unknown {
  if (error instanceof PoolctlError || !(error instanceof Error)) return error;
  const { kind, label } = driver.classify(error);
  return new PoolctlError(codes[kind], `${what} failed (${label}): ${error.message}`, {
    hint:
      kind === 'read-only' || kind === 'session-changed'
        ? 'The load is read-only, and its sessions keep their limits; --allow-write lets it write.'
        : 'Try the statement by hand, as the user of the DSN; `poolctl doctor` looks at the way to the server.',
    cause: error,
  });
}

/** The guard ended the load. */
export function stoppedError({ message }: StopReason, hint: string): PoolctlError {
  return new PoolctlError('PROBE_STOPPED', `The guard stopped the load: ${message}`, { hint });
}

/** How one statement is asked outside of a load, and how long it may take. */
export interface Asking {
  readonly driver: LoadDriver;
  readonly to: LoadTarget;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs one statement outside of a load. The server's limit for statements comes before the time that is waited here.
 * @throws PoolctlError where it fails or the server falls silent
 */
export async function runOnce(
  connection: LoadConnection,
  { statement, values }: { readonly statement: LoadStatement; readonly values: readonly LoadValue[] },
  { driver, to, timeoutMs, signal }: Asking,
): Promise<void> {
  const answer = new Promise<void>((resolve, reject) =>
    connection.run(statement, values, (error) => (error ? reject(error) : resolve())),
  );
  const name = `"${shortened(statement.text)}"`;
  const waitMs = to.safety.statementTimeoutMs + timeoutMs;
  try {
    await within(answer, waitMs, signal, (why) =>
      why === 'aborted' ? new Error('interrupted') : silent(name, waitMs),
    );
  } catch (error) {
    throw signal.aborted ? error : nameFailure(error, driver, name);
  }
}

function silent(name: string, waitedMs: number): PoolctlError {
  return new PoolctlError(
    'SERVER_SILENT',
    `The server fell silent: no answer to ${name} within ${formatDuration(waitedMs)}.`,
    {
      hint: 'The server hangs, or something in the path swallows packets.',
    },
  );
}

function shortened(sql: string): string {
  const text = sql.replace(/\s+/g, ' ').trim();
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
