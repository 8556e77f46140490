import type { TargetLook } from './look.ts';
import { isOfSameServer, isSameRun } from './server-run.ts';
import type { WatchNotice } from './state.ts';

/** What changed about the server itself from one look to the next. */
export function noticeOf(before: TargetLook, look: TargetLook): Omit<WatchNotice, 'atMs'> | undefined {
  if (!before.isReplica && look.isReplica) {
    return { code: 'replica', text: 'a replica answers now: it takes no writes' };
  }
  if (before.isReplica && !look.isReplica) {
    return { code: 'promoted', text: 'it was a replica, and takes writes now' };
  }
  if (isSameRun(before.serverId, look.serverId)) return hasStartedAnew(before, look) ? restarted : undefined;
  return isOfSameServer(before.serverId, look.serverId)
    ? restarted
    : { code: 'another', text: 'another server answers at this address' };
}

const restarted = { code: 'restarted', text: 'the server was restarted' } as const;

/** PgBouncer does not say when it started, and nothing else makes its totals smaller. */
function hasStartedAnew(before: TargetLook, look: TargetLook): boolean {
  return look.kind === 'pgbouncer' && (look.transactionsTotal ?? 0) < (before.transactionsTotal ?? 0);
}
