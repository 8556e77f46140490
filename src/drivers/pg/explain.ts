import { PoolctlError } from '../../base/errors.ts';
import { silence, type Wire } from '../../engines/failure.ts';
import { postgresFailure } from '../../engines/postgres/errors.ts';
import type { LoadTarget } from '../driver.ts';
import { explainPoolerWait, openingOf } from '../failure.ts';

const unknownWire: Wire = { connected: true, greeting: undefined };

/** Why a connection could not be opened, as the user reads it. */
export function openingFailure(error: unknown, { target }: LoadTarget, timeoutMs: number): Error {
  if (!(error instanceof Error) || error instanceof PoolctlError || error.message === 'interrupted') {
    return error as Error;
  }
  const line = openingOf(error);
  const waited = explainPoolerWait(error, target.address, timeoutMs);
  if (waited) return waited;
  return line?.timedOut ? silence(target, line, timeoutMs) : postgresFailure(error, target, line ?? unknownWire);
}

export function isTlsMissing({ message }: Error): boolean {
  return /does not support SSL/.test(message);
}
