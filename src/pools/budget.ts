/** What one pool has of a budget, and how long its oldest request has waited; undefined when none waits. */
export interface Share {
  readonly connections: number;
  readonly oldestWaitMs: number | undefined;
}

/** The part of a budget that one of several equal processes gets. */
export function partOf(budget: number, instances: number): number {
  return Math.max(1, Math.floor(budget / instances));
}

/**
 * Whether a pool that gets a connection back hands its place to one that waits: where the other has at least two fewer, or
 * has none and waits longer. So nobody starves, and connections move only until the shares differ by one.
 */
export function yieldsTo(holder: Share, other: Share): boolean {
  if (other.oldestWaitMs === undefined) return false;
  if (other.connections + 1 < holder.connections) return true;
  return other.connections === 0 && other.oldestWaitMs > (holder.oldestWaitMs ?? -1);
}

/** Who gets the next free place: who has the fewest connections, then who waits longest. For `sort`. */
export function byNeed(one: Share, other: Share): number {
  return one.connections - other.connections || (other.oldestWaitMs ?? 0) - (one.oldestWaitMs ?? 0);
}
