import type { TargetLook } from '../watch/look.ts';
import type { TargetState, WatchState } from '../watch/state.ts';
import { staleAfterIntervals } from '../watch/thresholds.ts';
import { servedName } from './bounded.ts';

/** A target as it can be shown at this moment. */
export interface ShownTarget {
  readonly target: TargetState;
  /** Its last look; left out where that is history, and no figure of now. */
  readonly look?: TargetLook;
  /** Since the last look; left out where there was none. */
  readonly ageMs?: number;
}

/**
 * Which figures are of now. The watching says itself when a target has become stale; should it stop to say anything, its
 * figures become so all the same, one interval later. `nowMs` is of the clock of `lookedAtMs`.
 */
export function shownTarget(target: TargetState, { intervalMs }: WatchState, nowMs: number): ShownTarget {
  const { look, lookedAtMs } = target;
  if (look === undefined || lookedAtMs === undefined) return { target };
  const ageMs = Math.max(0, nowMs - lookedAtMs);
  const isOld = ageMs > (staleAfterIntervals + 1) * (target.intervalMs ?? intervalMs);
  return target.isStale || isOld ? { target, ageMs } : { target, ageMs, look };
}

/** The name that others read: the user's own, and never where the target is. */
export function publicName({ name, publicName: told }: TargetState): string {
  return servedName(told ?? name);
}

/** Full: it lets no ordinary user in. */
export function isSaturated({ target, look }: ShownTarget): boolean {
  return target.phase === 'saturated' || (look !== undefined && look.taken >= look.capacity.usable);
}
