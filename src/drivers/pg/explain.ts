import { PoolctlError } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import { failure, silence, type Wire } from '../../engines/failure.ts';
import { postgresFailure } from '../../engines/postgres/errors.ts';
import type { LoadTarget } from '../driver.ts';
import { openingOf } from '../failure.ts';

const unknownWire: Wire = { connected: true, greeting: undefined };

/** Why a connection could not be opened, as the user reads it. */
export function openingFailure(error: unknown, { target }: LoadTarget, timeoutMs: number): Error {
  if (!(error instanceof Error) || error instanceof PoolctlError || error.message === 'interrupted') {
    return error as Error;
  }
  const line = openingOf(error);
  if ((error as { code?: unknown }).code === 'POOLER_WAIT') return waited(error, target.address, timeoutMs);
  return line?.timedOut ? silence(target, line, timeoutMs) : postgresFailure(error, target, line ?? unknownWire);
}

function waited(cause: Error, address: string, timeoutMs: number): Error {
  return failure(
    'SERVER_FULL',
    `The pooler at ${address} took the login, and had no connection to the server for it within ${formatDuration(timeoutMs)}.`,
    'Its pool is full: fewer clients, or a larger pool of the pooler (PgBouncer: default_pool_size).',
    cause,
  );
}

export function isTlsMissing({ message }: Error): boolean {
  return /does not support SSL/.test(message);
}
