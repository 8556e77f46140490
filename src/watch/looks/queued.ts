import { PoolctlError } from '../../base/errors.ts';
import { failure } from '../../engines/failure.ts';
import type { PostgresSession } from '../../engines/postgres/connect.ts';

/**
 * What a question answers. Where none came in time after the pooler had said that it is queued, that is the reason: the
 * server behind the pooler does not hang. @throws PoolctlError
 */
export async function askedThroughPooler<T>(session: PostgresSession, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isSilent = error instanceof PoolctlError && error.code === 'SERVER_SILENT';
    if (!isSilent || !isQueueNotice(session.notice)) throw error;
    throw failure(
      'SERVER_FULL',
      `The look waited in the queue of the pooler at ${session.target.address}, as the pooler said: all connections to the server that it may have are busy.`,
      'Look for transactions that are held open. The console of PgBouncer (database pgbouncer) answers all the same: watch that too.',
      error,
    );
  }
}

/** PgBouncer 1.25 and newer, after query_wait_notify: "No server connection available in postgres backend, client being queued". */
export function isQueueNotice(notice: string | undefined): boolean {
  return notice?.includes('client being queued') ?? false;
}
