/** A pool as the choice of what to close sees it. */
export interface Resting {
  /** Connections lent, opening or being asked, and requests that wait. */
  readonly busy: number;
  /** When it was last used, by a clock that only goes forward. */
  readonly lastUsedMs: number;
}

/** The pool that has rested longest. One that is in use is never chosen. */
export function leastRecentlyUsed<Pool extends Resting>(pools: Iterable<Pool>): Pool | undefined {
  let found: Pool | undefined;
  for (const pool of pools) {
    if (pool.busy === 0 && (found === undefined || pool.lastUsedMs < found.lastUsedMs)) found = pool;
  }
  return found;
}

/** Pools that have rested for `idleMs`, longest first, at most `most` of them. */
export function restedFor<Pool extends Resting>(pools: Iterable<Pool>, idleMs: number, nowMs: number, most: number) {
  return [...pools]
    .filter(({ busy, lastUsedMs }) => busy === 0 && nowMs - lastUsedMs >= idleMs)
    .sort((one, other) => one.lastUsedMs - other.lastUsedMs)
    .slice(0, most);
}
