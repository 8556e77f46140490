import type { TargetLook } from './look.ts';
import { isSameRun, isSameServer } from './server-run.ts';
import type { WatchNotice } from './state.ts';

/** What changed about the server itself from one look to the next. */
export function noticeOf(before: TargetLook, look: TargetLook): Omit<WatchNotice, 'atMs'> | undefined {
  if (!before.isReplica && look.isReplica) {
    return { code: 'replica', text: 'a replica answers now: it takes no writes' };
  }
  if (before.isReplica && !look.isReplica) {
    return { code: 'promoted', text: 'it was a replica, and takes writes now' };
  }
  if (isSameRun(before.serverId, look.serverId)) return undefined;
  return isSameServer(before.serverId, look.serverId)
    ? { code: 'restarted', text: 'the server was restarted' }
    : { code: 'another', text: 'another server answers at this address' };
}
