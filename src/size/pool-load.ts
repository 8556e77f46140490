import type { HoldLaw } from '../queueing/hold-law.ts';
import type { PoolModel } from '../queueing/pool-model.ts';
import type { OfferedLoad } from './workload.ts';

/** What the model needs of a load. */
type ModelledLoad = Pick<OfferedLoad, 'poolArrivalRatePerSecond' | 'connectionsPerRequest' | 'burst'> & {
  /** Requests that come at one moment; 1 by default. */
  readonly batchSize?: number;
};

/**
 * The load on one pool as the model sees it: every connection that is asked for is an arrival of its own, without the batch
 * jobs. Those of one request come together: a batch.
 */
export function poolLoad(hold: HoldLaw, load: ModelledLoad): Omit<PoolModel, 'connections'> {
  const { poolArrivalRatePerSecond, connectionsPerRequest, burst, batchSize = 1 } = load;
  const atOnce = batchSize * connectionsPerRequest;
  return {
    arrivalRatePerSecond: poolArrivalRatePerSecond * connectionsPerRequest,
    hold,
    ...(burst && { bursts: burst }),
    ...(atOnce > 1 && { batchSize: atOnce }),
  };
}
