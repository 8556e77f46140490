/** Pool settings for every pool of the fleet that fit the servers together. Counts are connections, times ms. */
export interface FleetAllocation {
  readonly pools: readonly AllocatedPool[];
}

export interface AllocatedPool {
  readonly service: string;
  readonly server: string;
  /** Connections of one process, all its pools to that server; the floor where the server has no room for more. */
  readonly connectionLimit: number;
  /** Left out where the load is not known: then the pool keeps its size as far as it fits. */
  readonly queueLimit?: number;
  readonly acquireTimeoutMs?: number;
  /** What the service may take in its own worst minute with it: what is enforced. */
  readonly quota: number;
  /** The most instances with which the quota holds: the autoscaler's ceiling. */
  readonly mostInstances: number;
  /** What decided: the load, the declared size, the floor, or the server's room. */
  readonly limitedBy: 'need' | 'declared' | 'floor' | 'room';
  /** What one more connection in each pool would change; left out without a load. */
  readonly next?: {
    readonly waitMeanMs: { readonly now: number; readonly after: number };
    readonly waitP99Ms: { readonly now: number; readonly after: number };
    /** Slots of the server that it would take in the worst minute. */
    readonly connections: number;
  };
}
