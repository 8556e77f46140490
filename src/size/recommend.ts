/** What bounds the size of one pool, each as a number of its connections. */
export interface SizeConstraints {
  /** The fewest connections that meet the targets. Undefined when no number does. */
  readonly need: number | undefined;
  /** Mean busy connections. */
  readonly load: number;
  /** The fewest connections that cannot deadlock; 1 without nested acquisition. */
  readonly deadlockFloor: number;
  /** This pool's share of what the server's connection limit leaves; left out where unknown. */
  readonly budget?: number;
  /** This pool's share of the connections beyond which the server gets slower; left out where unknown. */
  readonly server?: number;
}

/** What decides the size of one pool. */
export type BindingConstraint = 'demand' | 'deadlock-floor' | 'budget' | 'server';

/** What would lift the constraint at the least effort. Counts are of one pool's connections. */
export type RecommendedLever =
  /** Nothing needs to change. */
  | { readonly kind: 'none' }
  /** Bound the requests that hold a connection and ask for another, so that they fit. */
  | { readonly kind: 'limit-nesting' }
  /** Allow this many more connections per pool: raise the server's limit, or put a pooler in front. */
  | { readonly kind: 'raise-budget'; readonly connections: number }
  /** Hold connections shorter, by this share at least, or spread the load over more servers. */
  | { readonly kind: 'shorten-holds'; readonly byRatio: number };

/** The size that the model recommends for one pool, what bounds it, and the cheapest change that would help. */
export interface Recommendation {
  readonly connections: number;
  readonly binding: BindingConstraint;
  /**
   * 'demand': all targets are met. 'limited': it works, but misses a target. 'cannot-be-served': the load is at least 95 %
   * of what may be opened, so the queue grows without end or nearly so. 'unsafe': what may be opened can deadlock.
   */
  readonly verdict: 'demand' | 'limited' | 'cannot-be-served' | 'unsafe';
  /** Connections between the answer and each constraint: how much it could move before it binds; below 0 where it is broken. */
  readonly slack: Readonly<Partial<Record<BindingConstraint, number>>>;
  /** The cheapest change that would meet all targets; where the server itself is the limit, more connections do not help. */
  readonly lever: RecommendedLever;
}

/** Beyond this share of the connections a queue no longer settles in any time that matters. */
const servable = 0.95;

/** One size from what the load needs, what deadlock forbids, and what the server allows and bears. */
export function recommendSize({ need, load, deadlockFloor, budget, server }: SizeConstraints): Recommendation {
  const cap = Math.min(budget ?? Infinity, server ?? Infinity);
  const capped: BindingConstraint = (server ?? Infinity) < (budget ?? Infinity) ? 'server' : 'budget';
  const wanted = Math.max(need ?? Infinity, deadlockFloor);
  const isFree = wanted <= cap && wanted < Infinity;
  const connections = isFree
    ? wanted
    : Math.max(1, Math.floor(cap < Infinity ? cap : Math.max(load + 1, deadlockFloor)));
  const binding = isFree
    ? deadlockFloor > (need ?? 0)
      ? 'deadlock-floor'
      : 'demand'
    : cap < Infinity
      ? capped
      : 'demand';
  return {
    connections,
    binding,
    verdict: verdict(),
    slack: {
      ...(need !== undefined && { demand: connections - need }),
      'deadlock-floor': connections - deadlockFloor,
      ...(budget !== undefined && { budget: budget - connections }),
      ...(server !== undefined && { server: server - connections }),
    },
    lever: lever(),
  };

  function verdict(): Recommendation['verdict'] {
    if (deadlockFloor > cap) return 'unsafe';
    if (isFree) return 'demand';
    return load >= servable * cap || cap === Infinity ? 'cannot-be-served' : 'limited';
  }

  function lever(): RecommendedLever {
    if (isFree) return { kind: 'none' };
    if (deadlockFloor > cap) return { kind: 'limit-nesting' };
    if (capped === 'budget' && need !== undefined && need <= (server ?? Infinity)) {
      return { kind: 'raise-budget', connections: need - connections };
    }
    // The load must fall to the part of it that the pool carries with the same relative margin.
    return { kind: 'shorten-holds', byRatio: Math.min(1, Math.max(0, 1 - cap / (need ?? load / servable))) };
  }
}
