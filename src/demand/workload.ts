import { withoutUndefined } from '../base/without-undefined.ts';
import type { LoadToSize } from '../measure/document.ts';
import type { Workload } from '../size/workload.ts';
import type { DemandStretch, MeasuredDemand } from './demand.ts';
import { isUneven } from './preflight.ts';

/** The stretch that pools are sized by: the peak hour, or the window where no history is known. */
export function busiestStretch(demand: MeasuredDemand): DemandStretch {
  return demand.peak ?? demand;
}

/**
 * The load as `sizePool` and the fleet take it: the hold times as a histogram where they are
 * counted, else their mean. Without either, the hold time is for the user to say (`meanMs`, `p95Ms`).
 */
export function workloadOfDemand(demand: MeasuredDemand): Workload {
  const { ratePerSecond, hold, meanHoldMs } = busiestStretch(demand);
  return {
    arrivalRatePerSecond: ratePerSecond,
    scope: demand.isOfInstance ? 'instance' : 'fleet',
    ...withoutUndefined({ measured: hold, meanMs: hold ? undefined : meanHoldMs }),
  };
}

/** The same as `size --from` takes it: of the busiest instance, where others have far less to do. */
export function loadOfDemand(demand: MeasuredDemand): LoadToSize {
  const stretch = busiestStretch(demand);
  const { ratePerSecond, hold, meanHoldMs, instances } = stretch;
  const [busiest] = isUneven(stretch) ? stretch.perInstance : [];
  return {
    ratePerSecond: busiest?.ratePerSecond ?? ratePerSecond,
    isOfInstance: demand.isOfInstance === true || busiest !== undefined,
    heldBy: [],
    what: demand.what,
    ...withoutUndefined({
      instances,
      meanMs: hold ? undefined : meanHoldMs,
      histogram: hold?.buckets,
      histogramSumMs: hold?.sumMs,
    }),
  };
}
