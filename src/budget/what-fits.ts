import {
  addedAt,
  addedInstances,
  besideAt,
  instanceOf,
  type RolloutCount,
  type ServiceDemand,
  takenAt,
} from './service-demand.ts';

/** What a service may have of a server. */
export interface ShareOfServer extends RolloutCount {
  /** Connections that the others leave. */
  readonly share: number;
  /** Runs of its schedule at once; 1 of a service that always runs. */
  readonly runs: number;
}

/** What so many instances take in their own worst minute. */
export function worstAt(
  demand: ServiceDemand,
  instances: number,
  { runs, ...count }: Omit<ShareOfServer, 'share'>,
): number {
  const running = takenAt(demand, instances, runs) + besideAt(demand, instances, count);
  return running + addedAt(demand, instances, count);
}

/** The greatest number from 0 to `most` that fits, where all below it fit too. The nearer the guess, the fewer are tried. */
export function greatest(most: number, fits: (value: number) => boolean, guess = most / 2): number {
  let [low, high] = [0, Math.max(0, Math.floor(most))];
  let next = Math.min(high, Math.max(1, Math.floor(guess)));
  for (let step = 1; low < high; step *= 2) {
    const isLow = fits(next);
    if (isLow) low = next;
    else high = next - 1;
    // Away from the guess in steps that double, until it is between two.
    const isBetween = isLow ? next + step >= high : next - step <= low;
    next = isBetween ? Math.ceil((low + high) / 2) : isLow ? next + step : next - step;
  }
  return low;
}

/** The most instances that fit; 0: none. Undefined where their number does not decide. */
export function mostInstancesWithin(demand: ServiceDemand, allowance: ShareOfServer): number | undefined {
  if (demand.service.dividedTotal !== undefined || instanceOf(demand) === 0) return undefined;
  const most = Math.max(1, demand.instances.most);
  const each = worstAt(demand, most, allowance) / most;
  const guess = each > 0 ? allowance.share / each : 0;
  return greatest(allowance.share, (instances) => worstAt(demand, instances, allowance) <= allowance.share, guess);
}

/**
 * The largest pool of a process that fits: the worst minute grows by as much for each connection of it. 0: none. Undefined
 * where its size does not decide.
 */
export function largestPoolWithin(demand: ServiceDemand, allowance: ShareOfServer): number | undefined {
  if (demand.service.dividedTotal !== undefined || demand.pools.length === 0) return undefined;
  const { most } = demand.instances;
  const each = demand.processes * instancesAt(demand, most, allowance);
  if (each <= 0) return undefined;
  const others = worstAt(demand, most, allowance) - each * demand.pool;
  return Math.floor((allowance.share - others) / each);
}

/** What fits while others roll out: the service runs, and does not roll out itself. */
export function fittingWhileRunning(
  demand: ServiceDemand,
  { largestPool, mostInstances }: { readonly largestPool?: number; readonly mostInstances?: number },
  { share, runs, ...count }: ShareOfServer,
): { readonly largestPool?: number; readonly mostInstances?: number } {
  const at = (instances: number) => takenAt(demand, instances, runs) + besideAt(demand, instances, count);
  const { most } = demand.instances;
  const isReplaced = count.countsTerminating && demand.service.isReplacedAnytime === true;
  const each = demand.service.runs.kind === 'rollout' ? 0 : demand.processes * most * (isReplaced ? 2 : runs);
  const pool = each > 0 ? demand.pool + Math.floor((share - at(most)) / each) : Number.POSITIVE_INFINITY;
  return {
    ...(largestPool !== undefined && { largestPool: Math.max(0, Math.min(largestPool, pool)) }),
    ...(mostInstances !== undefined && {
      mostInstances: greatest(mostInstances, (each) => at(each) <= share, mostInstances),
    }),
  };
}

/** Instances that there are in the worst minute of so many. */
function instancesAt(demand: ServiceDemand, instances: number, { runs, countsTerminating }: ShareOfServer): number {
  const { service } = demand;
  const added = addedInstances(demand, instances, { countsTerminating });
  if (service.runs.kind === 'rollout') return added;
  if (service.runs.kind === 'schedule') return instances * runs;
  return instances + (countsTerminating && service.isReplacedAnytime ? Math.max(added, instances) : added);
}

/** The most instances that a roll-out may add; 0: none. Undefined where their number does not decide. */
export function largestSurgeWithin(demand: ServiceDemand, allowance: ShareOfServer): number | undefined {
  const { service, instances } = demand;
  if (service.dividedTotal !== undefined || service.runs.kind !== 'always' || instanceOf(demand) === 0)
    return undefined;
  const at = (count: number) => {
    const surged = { ...demand, service: { ...service, surge: { kind: 'count', count } as const } };
    return worstAt(surged, instances.most, allowance);
  };
  if (at(instances.most) <= allowance.share) return instances.most;
  return greatest(instances.most, (count) => at(count) <= allowance.share);
}
