import type { PoolSizes } from './facts.ts';

/** The figures of a pool in the words that health services use. */
export interface PoolFigures {
  /** Those that are being opened included; undefined where the library does not show all of them. */
  readonly totalConnections: number | undefined;
  readonly activeConnections: number;
  readonly idleConnections: number | undefined;
  readonly queuedRequests: number;
  readonly connectionLimit: number | undefined;
  /** Connections in use in percent of the limit; undefined where the pool has none. */
  readonly utilizationRate: number | undefined;
}

export function figuresOf(sizes: PoolSizes): PoolFigures {
  const { used, idle, connecting = 0, pending, limit } = sizes;
  const utilization = utilizationOf(sizes);
  return {
    totalConnections: idle === undefined ? undefined : used + idle + connecting,
    activeConnections: used,
    idleConnections: idle,
    queuedRequests: pending,
    connectionLimit: limit,
    utilizationRate: utilization === undefined ? undefined : utilization * 100,
  };
}

/** Share of the limit that is in use, both of one observation; undefined where the pool has no limit. */
export function utilizationOf({ used, limit }: PoolSizes): number | undefined {
  return limit === undefined || limit === 0 ? undefined : used / limit;
}
