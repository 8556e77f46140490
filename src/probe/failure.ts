import type { LoadDriver, LoadFailureKind } from '../engines/load-pool.ts';
import { type ErrorCode, PoolctlError } from '../errors.ts';

const codes: Readonly<Record<LoadFailureKind, ErrorCode>> = {
  'acquire-timeout': 'SERVER_SILENT',
  'queue-full': 'QUERY_FAILED',
  'server-full': 'SERVER_FULL',
  'connect-failed': 'CONNECTION_LOST',
  'connection-lost': 'CONNECTION_LOST',
  'statement-timeout': 'SERVER_TIMEOUT',
  'lock-timeout': 'SERVER_TIMEOUT',
  deadlock: 'QUERY_FAILED',
  serialization: 'QUERY_FAILED',
  'read-only': 'WRITE_REFUSED',
  'login-refused': 'AUTH_FAILED',
  'sql-error': 'QUERY_FAILED',
};

/** An error of a driver, met by `what`, as the user hears of it. */
export function nameFailure(error: unknown, driver: LoadDriver, what: string): unknown {
  if (error instanceof PoolctlError || !(error instanceof Error)) return error;
  const { kind, label } = driver.classify(error);
  return new PoolctlError(codes[kind], `${what} failed (${label}): ${firstLine(error.message)}`, {
    hint:
      kind === 'read-only'
        ? 'The load is read-only; --allow-write lets it write.'
        : 'Try the statement by hand, as the user of the DSN; `poolctl doctor` looks at the way to the server.',
    cause: error,
  });
}

/** Without what could play tricks on a terminal. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 200);
}
