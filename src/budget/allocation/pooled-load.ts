import { holdDistribution } from '../../queueing/distribution.ts';
import type { KnownLoad } from './known-load.ts';

/** A client of a pooler: its load, and how much its waits weigh. */
export interface PoolerClient {
  readonly known: KnownLoad | undefined;
  readonly priority: number;
}

/** What all clients of a pooler ask of the servers behind it. */
export interface PooledLoad {
  readonly arrivalRatePerSecond: number;
  readonly meanMs: number;
  readonly priority: number;
}

/**
 * The sum of the clients' loads, for a pooler that lends a connection for one transaction: their rates, and the means by rate.
 * Undefined where the load of one is not known, or there is none.
 */
export function pooledLoad(clients: readonly PoolerClient[]): PooledLoad | undefined {
  let [rate, busy, weight] = [0, 0, 0];
  for (const { known, priority } of clients) {
    if (!known) return undefined;
    const { fleetArrivalRatePerSecond, connectionsPerRequest } = known.load;
    rate += fleetArrivalRatePerSecond * connectionsPerRequest;
    busy += fleetArrivalRatePerSecond * connectionsPerRequest * holdDistribution(known.laws.law).meanMs;
    weight += fleetArrivalRatePerSecond * connectionsPerRequest * priority;
  }
  return rate > 0 ? { arrivalRatePerSecond: rate, meanMs: busy / rate, priority: weight / rate } : undefined;
}
