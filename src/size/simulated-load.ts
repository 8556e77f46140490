import { holdDistribution } from '../queueing/distribution.ts';
import { holdLaws } from '../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import type { Balancer } from '../simulate/model.ts';
import type { ArrivalLaw } from '../traffic/arrival-law.ts';
import type { SizeInput } from './input.ts';
import { longestHoldMs } from './settings.ts';
import { type OfferedLoad, onTheWire } from './workload.ts';

/** The load of one pool as the simulator plays it. Holds are those that the pool was sized for. */
export interface SimulatedLoad {
  readonly arrivals: ArrivalLaw;
  readonly hold: HoldLaw;
  /** Requests a second to one pool, each of one connection: several that a request takes together are a batch. */
  readonly ratePerSecond: number;
  /** The pools among which a balancer deals the requests; none where each pool's are Poisson anyway. */
  readonly spread?: { readonly pools: number; readonly balancer: Balancer };
  /** Mean busy connections, without those of batch jobs. */
  readonly meanLoad: number;
}

/** Undefined without a load. */
export function simulatedLoad(input: SizeInput, load: OfferedLoad | undefined): SimulatedLoad | undefined {
  const laws = holdLaws(onTheWire(input), longestHoldMs(input));
  if (!laws || !load) return undefined;
  const hold = input.method === 'model' ? (laws.high ?? laws.law) : laws.law;
  const { connectionsPerRequest, batchSize = 1, burst } = load;
  const size = batchSize * connectionsPerRequest;
  const perPool = load.poolArrivalRatePerSecond * connectionsPerRequest;
  const ratePerSecond = perPool * (load.split?.pools ?? 1);
  const arrivals: ArrivalLaw = burst
    ? { kind: 'bursty', ratePerSecond, ...burst }
    : size > 1
      ? { kind: 'batches', ratePerSecond, size }
      : { kind: 'poisson', ratePerSecond };
  return {
    arrivals,
    hold,
    ratePerSecond: perPool,
    ...(load.split && { spread: { pools: load.split.pools, balancer: load.split.splitBy } }),
    meanLoad: (perPool * holdDistribution(hold).meanMs) / 1_000,
  };
}
