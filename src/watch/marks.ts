import { largestGroups } from './grouping.ts';
import type { TargetLook } from './look.ts';
import { isSameRun } from './server-run.ts';
import type { HighWater, Marks } from './state.ts';

/** Marks with the server that they are of. */
export interface SavedMarks extends Marks {
  readonly serverId: string;
}

/** Groups that are kept with a mark. */
const mostHolders = 5;

/** The marks after a look: a higher one where more connections were taken, a new one where the server is another or anew. */
export function marksAfter(look: TargetLook, atMs: number, before: SavedMarks | undefined): SavedMarks {
  const { serverId } = look;
  const { highWater, beforeRestart } = before ?? {};
  if (before && !isSameRun(before.serverId, serverId)) {
    return { serverId, highWater: markOf(look, atMs), ...(highWater ? { beforeRestart: highWater } : {}) };
  }
  if (highWater && highWater.connections >= look.taken) return before as SavedMarks;
  return { serverId, highWater: markOf(look, atMs), ...(beforeRestart ? { beforeRestart } : {}) };
}

function markOf(look: TargetLook, atMs: number): HighWater {
  return { connections: look.taken, atMs, by: largestGroups(look.groups, { most: mostHolders }) };
}
