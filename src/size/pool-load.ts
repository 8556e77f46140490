import { burstPeakedness } from '../queueing/burst.ts';
import { holdDistribution } from '../queueing/distribution.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import type { PoolModel } from '../queueing/pool-model.ts';
import type { OfferedLoad } from './workload.ts';

/** Bursts of at least this many hold times are met at their own rate, as if they never ended. */
const longBurst = 5;

/**
 * The load on one pool as the model sees it: requests that hold one connection each, without the batch jobs. Short bursts
 * make the arrivals peaked; of long ones the pool must stand the burst itself.
 */
export function poolLoad(hold: HoldLaw, load: OfferedLoad): Omit<PoolModel, 'connections'> {
  const arrivalRatePerSecond = load.poolArrivalRatePerSecond * load.connectionsPerRequest;
  if (!load.burst) return { arrivalRatePerSecond, hold };
  const { factor, burstMs, quietMs } = load.burst;
  const { meanMs } = holdDistribution(hold);
  const quietRate = arrivalRatePerSecond / (1 + (factor - 1) * (burstMs / (burstMs + quietMs)));
  const burstRate = factor * quietRate;
  if (burstMs >= longBurst * meanMs) return { arrivalRatePerSecond: burstRate, hold };
  const phases = {
    ratePerSecond: quietRate,
    burstRatePerSecond: burstRate,
    meanQuietMs: quietMs,
    meanBurstMs: burstMs,
  };
  return { arrivalRatePerSecond, hold, peakedness: burstPeakedness(phases, meanMs) };
}
