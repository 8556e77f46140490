import { within } from '../base/deadline.ts';
import { SecretUnavailableError } from './credentials/password-place.ts';
import type { CompleteDefinition } from './defaults.ts';
import type { PoolSecret } from './definition.ts';
import type { DriverConnection, OpenRequest, PoolDriver } from './drivers/driver.ts';
import { ConnectFailedError } from './errors.ts';
import { errorCodeOf, type FailureKind, failureTexts, systemFailureKind } from './failure-kind.ts';

interface ConnectRequest {
  readonly id: string;
  readonly definition: CompleteDefinition;
  readonly driver: PoolDriver;
  readonly lost: () => void;
  readonly closed: () => void;
  /** Ends it at once: the manager is closing. */
  readonly signal: AbortSignal;
}

/**
 * Opens a connection within the definition's `connectTimeoutMs`. When the server refuses the password, it is read once more,
 * and tried again if it has changed: a second try with the same one would only help to lock the account.
 *
 * @throws ConnectFailedError once the socket is closed
 */
export async function connect(request: ConnectRequest): Promise<DriverConnection> {
  const { definition } = request;
  const { secret, connectTimeoutMs } = definition;
  // Before the socket is open: a login in progress takes a place at the server.
  const password = await passwordOf(request, (one) => one.current());
  const controller = new AbortController();
  const { signal } = controller;
  // AbortSignal.any() would keep a signal of each attempt for as long as the pool lives (nodejs/node#54614).
  const onAbort = () => controller.abort(request.signal.reason);
  if (request.signal.aborted) onAbort();
  else request.signal.addEventListener('abort', onAbort);
  const timer = setTimeout(() => controller.abort(tooLate(connectTimeoutMs)), connectTimeoutMs);
  const open = (tried: string | undefined) => opened(request, { ...request, password: tried, signal });
  try {
    return await open(password);
  } catch (error) {
    if (!(error instanceof ConnectFailedError) || error.kind !== 'auth' || !secret) throw error;
    const renewed = await passwordOf(request, (one) => one.instead(password ?? ''));
    if (renewed === password) throw error;
    return await open(renewed);
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', onAbort);
  }
}

/** One attempt. Only of the one that succeeds it is told when its connection is lost and closed. */
async function opened({ id, driver }: ConnectRequest, request: OpenRequest): Promise<DriverConnection> {
  const attempt = { isOpen: false, isClosed: false };
  try {
    const connection = await driver.open({
      ...request,
      lost: () => attempt.isOpen && request.lost(),
      closed: () => {
        attempt.isClosed = true;
        if (attempt.isOpen) request.closed();
      },
    });
    attempt.isOpen = true;
    if (attempt.isClosed) request.closed();
    return connection;
  } catch (error) {
    throw failed(id, driver.failureKind(error) ?? systemFailureKind(error), error);
  }
}

const secretMs = 15_000;

type Read = (secret: PoolSecret) => Promise<string>;

async function passwordOf({ id, signal, definition }: ConnectRequest, read: Read): Promise<string | undefined> {
  const { secret } = definition;
  if (!secret) return undefined;
  try {
    const password: unknown = await within(Promise.resolve(read(secret)), secretMs, signal, () => tooLate(secretMs));
    if (typeof password === 'string') return password;
    throw new SecretUnavailableError('The secret of the definition gave no text.');
  } catch (error) {
    throw failed(id, 'secret', error);
  }
}

function failed(id: string, kind: FailureKind, cause: unknown): ConnectFailedError {
  const code = errorCodeOf(cause);
  return new ConnectFailedError(id, kind, `${failureTexts[kind]}${code && ` (${code})`}.`, cause);
}

function tooLate(ms: number): Error {
  return Object.assign(new Error(`no answer within ${ms} ms`), { code: 'ETIMEDOUT' });
}
