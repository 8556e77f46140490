import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import type { LiveBudget } from '../../inspect/live-budget.ts';
import type { Targets } from '../../size/input.ts';
import type { KneeFound } from '../result.ts';

export type AdviceBudget = Pick<LiveBudget, 'usableConnections' | 'freeConnections' | 'limitedBy'>;

export function needsSentence(needed: number, targets: Targets | undefined): string {
  const pool = `${formatCount(needed, 'connection')} ${needed === 1 ? 'is' : 'are'} the fewest`;
  if (!targets) return `${pool} that will do.`;
  return `${pool} with which 99 % wait less than ${formatDuration(targets.maxWaitP99Ms)} and at most ${formatNumber(targets.maxUtilization * 100)} % are in use.`;
}

/** Beyond this share of its throughput a queue no longer settles in any time that matters; as in core/model/recommend.ts. */
const servable = 0.95;

/** The load is more than the server bears; or it is not, and only the wait that it leaves is longer than wished. */
export function beyondKnee(tps: number, needed: number, knee: KneeFound, each: number): string {
  const { throughputPerSecond: capacity = 0, connectionLimit: found = each } = knee;
  const bears = `with ${formatCount(found, 'connection')} it does ${formatNumber(capacity)}/s, and ${formatNumber(tps)}/s are asked for`;
  if (tps >= servable * capacity) {
    return `The server cannot serve that: ${bears}. More connections would only make it slower; make the work shorter or the server larger.`;
  }
  return `The server bears the load (${bears}), but ${formatNumber(needed)} are more than it can use at once: with ${formatNumber(each)} some wait longer than wished, and with more they would wait inside of the server.`;
}

export function fleetReason(knee: number, instances: number): string[] {
  if (instances <= 1) return [];
  return [
    `That is of all ${formatNumber(instances)} instances together: ${formatNumber(knee)} / ${formatNumber(instances)} each.`,
  ];
}

export function budgetReason(
  connectionLimit: number,
  wanted: number,
  { usableConnections, freeConnections, limitedBy }: AdviceBudget,
  instances: number,
): string[] {
  const all = connectionLimit * instances;
  const fleet = instances > 1 ? ` for ${formatCount(instances, 'instance')}` : '';
  if (connectionLimit < wanted) {
    return [
      `${formatNumber(wanted)} do not fit: the server lets in ${formatNumber(usableConnections)}${fleet} (${limitedBy} decides). Raise that, or put a pooler in front.`,
    ];
  }
  if (all <= freeConnections) return [];
  return [
    `Only ${formatNumber(freeConnections)} of ${formatNumber(usableConnections)} connections are free now, and ${formatNumber(all)} would be needed${fleet}; those that the application itself has now count as taken.`,
  ];
}
