import { holdDistribution } from '../queueing/distribution.ts';
import type { ArrivalLaw } from '../traffic/arrival-law.ts';
import { meanRatePerSecond } from '../traffic/arrivals.ts';
import type { SimulationInput } from './model.ts';
import type { SteadyLoad } from './warmup.ts';

/** A simulation's load and pools, without how long it runs. */
export type LoadedPools = Omit<SimulationInput, 'durationMs' | 'seed'>;

/**
 * The steady load of one of the pools; undefined where there is none: something happens during the run, or requests come
 * faster than they can be served and nothing ends the queue.
 */
export function steadyLoadOf(input: LoadedPools): SteadyLoad | undefined {
  const { arrivals, connections, pools = 1, queueLimit = Infinity, acquireTimeoutMs = Infinity } = input;
  const { meanMs, scv } = holdDistribution(input.hold);
  // Dealt in turn, each connection is a pool of its own that gets every so-manyth request.
  const lanes = input.lending === 'in-turn' ? connectionsOf(input) : 1;
  const load = {
    connections: connectionsOf(input) / lanes,
    arrivalRatePerSecond: meanRatePerSecond(arrivals) / pools / lanes,
    meanHoldMs: meanMs,
    holdScv: scv,
    arrivalDispersion: dispersionOf(arrivals) / lanes,
    queueLimit: queueLimit / lanes,
    acquireTimeoutMs,
  };
  const isLimited = queueLimit < Infinity || acquireTimeoutMs < Infinity;
  const isBelowCapacity = (load.arrivalRatePerSecond * lanes * meanMs) / 1_000 < connections * (1 - 1e-6);
  const isSteady = (input.incidents ?? []).length === 0 && load.arrivalRatePerSecond > 0;
  return isSteady && (isLimited || isBelowCapacity) ? load : undefined;
}

/** Connections of one pool, as far as the server allows them all. */
function connectionsOf({ connections, pools = 1, maxConnections = Infinity }: LoadedPools): number {
  return Math.max(1, Math.min(connections, Math.floor(maxConnections / pools)));
}

/** Variance over mean of the number of arrivals in a long time; of bursts, W. Fischer and K. Meier-Hellstern (1993). */
function dispersionOf(law: ArrivalLaw): number {
  switch (law.kind) {
    case 'poisson':
    case 'trace':
      return 1;
    case 'paced':
      return 0;
    case 'batches':
      return law.size;
    case 'bursty': {
      const { ratePerSecond, factor, burstMs, quietMs } = law;
      const burstShare = burstMs / (burstMs + quietMs);
      const quietRate = ratePerSecond / 1_000 / (1 + (factor - 1) * burstShare);
      const difference = (factor - 1) * quietRate;
      const memoryMs = 1 / (1 / burstMs + 1 / quietMs);
      return 1 + (2 * difference ** 2 * burstShare * (1 - burstShare) * memoryMs) / (ratePerSecond / 1_000);
    }
    default:
      return law satisfies never;
  }
}
