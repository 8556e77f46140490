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

/** Beyond this share of the capacity a queue does not settle in a time that matters; as in size/recommend.ts. */
const servable = 0.95;

interface FleetNeed {
  /** All instances together. */
  readonly tps: number;
  /** Connections that each needs, and that the knee leaves to each. */
  readonly needed: number;
  readonly each: number;
  readonly instances: number;
}

/** Either the load is more than the server bears, or only the wait that it leaves is longer than the target. */
export function beyondKnee({ tps, needed, each, instances }: FleetNeed, knee: KneeFound): string {
  const { throughputPerSecond: capacity = 0, connectionLimit: found = each } = knee;
  if (knee.limitedBy === 'pooler') {
    return `The pooler does not let through what ${formatNumber(tps)}/s need, ${formatCount(needed * instances, 'connection')} at work at once: with ${formatNumber(found)} it does ${formatNumber(capacity)}/s. Give it a larger pool (PgBouncer: default_pool_size), where the server bears that, or make the work shorter.`;
  }
  const bears = `with ${formatCount(found, 'connection')} it does ${formatNumber(capacity)}/s, and ${formatNumber(tps)}/s are asked for`;
  if (tps >= servable * capacity) {
    return `The server cannot serve that: ${bears}. More connections would only make it slower; make the work shorter or the server larger.`;
  }
  const ofEach = instances > 1 ? ' for each instance' : '';
  return `The server bears the load (${bears}), but ${formatNumber(needed)}${ofEach} are more than it can use at once: with ${formatNumber(each)} some wait longer than the target, and with more they would wait inside the server.`;
}

/** What more connections than the knee would do. */
export function moreThan(most: number, { beyond }: KneeFound): string {
  return beyond ?? `More than ${formatCount(most, 'connection')} to this server bring nothing.`;
}

/** What the whole fleet asks of the server, where there is more than one instance. */
export function demandOfAll(tps: number, connectionLimit: number, instances: number): string[] {
  if (instances <= 1) return [];
  return [
    `That is one instance: all ${formatNumber(instances)} send ${formatNumber(tps * instances)}/s and open up to ${formatCount(connectionLimit * instances, 'connection')}.`,
  ];
}

/** How the knee, which is the server's, is divided among the instances. */
export function fleetReason(knee: number, connectionLimit: number, instances: number): string[] {
  if (instances <= 1) return [];
  const all = connectionLimit * instances;
  if (all <= knee) {
    return [
      `All ${formatNumber(instances)} instances share that: ${formatNumber(knee)} / ${formatNumber(instances)} for each.`,
    ];
  }
  return [
    `All ${formatNumber(instances)} instances together have ${formatNumber(all)}, which is more than the server can use: a pool of one would serve nothing while its connection is opened again. Put a pooler in front.`,
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
