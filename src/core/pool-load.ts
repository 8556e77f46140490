import type { HoldLaw } from './hold-law.ts';
import type { PoolModel } from './pool-model.ts';
import type { OfferedLoad } from './workload.ts';

/** The load on one pool as the model sees it: requests that hold one connection each, without the batch jobs. */
export function poolLoad(hold: HoldLaw, load: OfferedLoad): Omit<PoolModel, 'connections'> {
  return { arrivalRatePerSecond: load.poolArrivalRatePerSecond * load.connectionsPerRequest, hold };
}
