import { holdDistribution } from '../queueing/distribution.ts';
import { holdLaws } from '../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import type { ArrivalLaw } from '../traffic/arrival-law.ts';
import type { SizeInput } from './input.ts';
import { longestHoldMs } from './settings.ts';
import type { OfferedLoad } from './workload.ts';

/** The load of one pool as the simulator plays it. Holds are those that the pool was sized for. */
export interface SimulatedLoad {
  readonly arrivals: ArrivalLaw;
  readonly hold: HoldLaw;
  /** Requests a second, each of one connection: several that a request takes together are a batch. */
  readonly ratePerSecond: number;
  /** Mean busy connections, without those of batch jobs. */
  readonly meanLoad: number;
}

/** Undefined without a load. */
export function simulatedLoad(input: SizeInput, load: OfferedLoad | undefined): SimulatedLoad | undefined {
  const laws = holdLaws(input.workload ?? {}, longestHoldMs(input));
  if (!laws || !load) return undefined;
  const hold = input.method === 'model' ? (laws.high ?? laws.law) : laws.law;
  const { connectionsPerRequest: size, burst } = load;
  const ratePerSecond = load.poolArrivalRatePerSecond * size;
  const arrivals: ArrivalLaw = burst
    ? { kind: 'bursty', ratePerSecond, ...burst }
    : size > 1
      ? { kind: 'batches', ratePerSecond, size }
      : { kind: 'poisson', ratePerSecond };
  return { arrivals, hold, ratePerSecond, meanLoad: (ratePerSecond * holdDistribution(hold).meanMs) / 1_000 };
}
