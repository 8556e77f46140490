/** Pool settings for every pool of the fleet that fit the servers together. Counts are connections, times ms. */
export interface FleetAllocation {
  readonly pools: readonly AllocatedPool[];
  /** What of each server the sizes take, and what they leave. */
  readonly servers?: readonly AllocatedServer[];
  /** Servers, and roles on them, that cannot even hold the floors: there every pool has its floor. */
  readonly doesNotFit?: readonly FloorsBeyond[];
  /** Pools of unknown size and load. Room for their floor is kept; what to set is not said, and they get no quota. */
  readonly unknown?: readonly UnknownPool[];
}

export interface AllocatedPool {
  readonly service: string;
  readonly server: string;
  /** Connections of one process, all its pools to that server; the floor where the server has no room for more. */
  readonly connectionLimit: number;
  /** What to write into the configuration, where that is not `connectionLimit`: the process has other pools to that server. */
  readonly settings?: readonly { readonly name?: string; readonly connections: number }[];
  /** Left out where the load is not known: then the pool keeps its size as far as it fits. */
  readonly queueLimit?: number;
  readonly acquireTimeoutMs?: number;
  /** What the service may take in its own worst minute: what is enforced. */
  readonly quota: number;
  /** The pool of a process that the quota is for, where that is not `connectionLimit`: the one that it has now. */
  readonly quotaPool?: number;
  /** The most instances with which the quota holds: the autoscaler's ceiling. */
  readonly mostInstances: number;
  /** What decided: the load, the declared size, the floor, or the server's room. */
  readonly limitedBy: 'need' | 'declared' | 'floor' | 'room';
  /** What the load asks for, as `sizePool` answers, whether there is room or not; left out without a load. */
  readonly wanted?: number;
  /** Whether the pool is within the targets of `sizePool`; left out without a load. */
  readonly isEnough?: boolean;
  /**
   * What one more connection in each pool would change; left out without a load. The waits are those of a queue without a limit
   * that requests leave after acquireTimeoutMs.
   */
  readonly next?: {
    readonly waitMeanMs: { readonly now: number; readonly after: number };
    readonly waitP99Ms: { readonly now: number; readonly after: number };
    /** Slots of the server that it would take in the worst minute. */
    readonly connections: number;
  };
}

/** Counts are connections; of a pooler, clients. */
export interface AllocatedServer {
  readonly server: string;
  /** Left out where nobody says. */
  readonly usable?: number;
  /** In the worst minute. */
  readonly worst: number;
  /** What no pool asks for, or has room to take in each of its processes; below 0 where the floors do not fit. */
  readonly left?: number;
  /** Whether it is proved that no other sizes are better. */
  readonly isBest: boolean;
}

/** Counts are connections. */
export interface FloorsBeyond {
  readonly server: string;
  /** Present where it is the limit of a role, and not of the whole server. */
  readonly role?: string;
  readonly usable: number;
  /** What the floors take in the worst minute, and all that has no size to choose. */
  readonly floors: number;
  readonly missing: number;
}

export interface UnknownPool {
  readonly service: string;
  readonly server: string;
  /** Connections of one process that were kept for it. */
  readonly floor: number;
  readonly why: string;
  readonly settledBy: string;
}
