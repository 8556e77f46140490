import { PoolctlError } from '../../base/errors.ts';
import { silence, type Wire } from '../../engines/failure.ts';
import { mysqlFailure } from '../../engines/mysql/errors.ts';
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
  return line?.timedOut ? silence(target, line, timeoutMs) : mysqlFailure(error, target, line ?? unknownWire);
}

/** By the same errors as openServer(). */
export function isTlsMissing(error: Error, to: LoadTarget): boolean {
  return (openingFailure(error, to, 0) as { code?: unknown }).code === 'TLS_UNSUPPORTED';
}
