import { surgeAt } from '../declarations/manifests/surge.ts';
import type { BudgetPool, BudgetService, ExtraConnections, FleetCount } from './model.ts';
import { scheduleProblem } from './times/cron.ts';

/**
 * What one service may take of a server. Counts are connections unless named otherwise; what is not known is in them with
 * its least.
 */
export interface ServiceDemand {
  readonly service: BudgetService;
  readonly pools: readonly BudgetPool[];
  /** Of one process, by its pools together. */
  readonly pool: number;
  readonly processes: number;
  readonly instances: { readonly normal: number; readonly most: number };
  /** Outside the pools. */
  readonly extras: Readonly<Record<ExtraConnections['per'], number>>;
  /** Which of its moments have unknown parts. */
  readonly isUnknown: {
    readonly pool: boolean;
    readonly processes: boolean;
    readonly normal: boolean;
    readonly scaledOut: boolean;
    readonly worst: boolean;
    readonly withTerminating: boolean;
  };
}

/** What of a service counts: the pools and extras to one server, or those of one role. */
export interface DemandParts {
  readonly pools: readonly BudgetPool[];
  readonly extras: readonly ExtraConnections[];
}

/** The number, or the least where it is not known. */
export function leastOf(count: FleetCount): number {
  return count.kind === 'known' ? count.value : count.atLeast;
}

/** What the service takes by these pools and extras. */
export function demandOfService(service: BudgetService, { pools, extras }: DemandParts): ServiceDemand {
  const { instances, processes, surge, replacedAtOnce, terminates } = service;
  const ofExtras = (per: ExtraConnections['per']) =>
    extras.reduce((sum, extra) => (extra.per === per ? sum + extra.connections : sum), 0);
  const perNew = ofExtras('new instance');
  const hasPool = service.dividedTotal === undefined && pools.some(({ size }) => size.kind === 'unknown');
  const isUnit = hasPool || (processes.kind === 'unknown' && pools.length > 0);
  const isMoment = (count: FleetCount) => !isNone(count) && (isUnit || count.kind === 'unknown');
  const scaledOut = isMoment(instances.most) || hasUnknownRuns(service);
  const isNew = perNew > 0 && replacedAtOnce?.kind === 'unknown';
  const isSurge = service.runs.kind === 'always' && surge.kind === 'unknown' && !isNone(instances.most);
  return {
    service,
    pools,
    pool: pools.reduce((sum, { size }) => sum + leastOf(size), 0),
    processes: leastOf(processes),
    instances: { normal: leastOf(instances.normal), most: leastOf(instances.most) },
    extras: {
      instance: ofExtras('instance'),
      'new instance': perNew,
      service: ofExtras('service'),
      rollout: ofExtras('rollout'),
    },
    isUnknown: {
      pool: hasPool,
      processes: processes.kind === 'unknown' && pools.length > 0,
      normal: isMoment(instances.normal),
      scaledOut,
      worst: scaledOut || isSurge || isNew,
      withTerminating: scaledOut || (isSurge && !terminates) || isNew,
    },
  };
}

function isNone(count: FleetCount): boolean {
  return count.kind === 'known' && count.value === 0;
}

/** Runs that overlap, of a length that nobody says or at times that cannot be read: how many there are at once is open. */
function hasUnknownRuns({ runs }: BudgetService): boolean {
  if (runs.kind !== 'schedule' || !runs.overlaps) return false;
  return runs.lastsMs === undefined || scheduleProblem(runs.cron, runs.timeZone) !== undefined;
}

/** Connections of one instance: its processes' pools, and what it has outside them. Where each run starts new ones, theirs too. */
export function instanceOf({ pool, processes, extras, service }: ServiceDemand): number {
  const isAlwaysNew = service.runs.kind !== 'always';
  return processes * pool + extras.instance + (isAlwaysNew ? extras['new instance'] : 0);
}

/** What so many instances take that run, and none of them anew. */
export function runningAt(demand: ServiceDemand, instances: number): number {
  const { service, processes, extras } = demand;
  if (instances === 0) return 0;
  const { dividedTotal } = service;
  const divided = dividedTotal === undefined ? undefined : Math.max(dividedTotal, instances * processes);
  const all = divided === undefined ? instances * instanceOf(demand) : divided + instances * extras.instance;
  return all + extras.service;
}

/** How a roll-out is counted: with the old instances that keep their pools until it is over, or without. */
export interface RolloutCount {
  readonly countsTerminating: boolean;
}

/** Instances that a roll-out adds to so many: the surge, which is never more than there are, or all old ones beside all new ones. */
export function addedInstances(
  { service }: ServiceDemand,
  instances: number,
  { countsTerminating }: RolloutCount,
): number {
  if (service.runs.kind === 'rollout') return instances;
  if (service.runs.kind === 'schedule') return 0;
  if (countsTerminating && service.terminates) return instances;
  return Math.min(instances, surgeAt(service.surge, instances) ?? 0);
}

/**
 * Instances of a roll-out that start at one moment: those of the surge, and those whose predecessors are stopped first
 * (maxUnavailable). One at least: where neither is allowed, Kubernetes stops one.
 */
function startingInstances({ service }: ServiceDemand, instances: number): number {
  const { surge, replacedAtOnce } = service;
  const stopped = replacedAtOnce === undefined ? 0 : (surgeAt(replacedAtOnce, instances) ?? 0);
  return Math.min(instances, Math.max(1, (surgeAt(surge, instances) ?? 0) + stopped));
}

/** What a roll-out of so many instances adds. */
export function addedAt(demand: ServiceDemand, instances: number, count: RolloutCount): number {
  const { service, processes, extras } = demand;
  if (service.runs.kind === 'rollout') return runningAt(demand, instances) + extras.rollout;
  if (service.runs.kind === 'schedule' || instances === 0) return extras.rollout;
  const added = addedInstances(demand, instances, count);
  const beside = count.countsTerminating && service.isReplacedAnytime ? Math.min(added, instances) : 0;
  const starting = startingInstances(demand, instances) * extras['new instance'];
  return connectionsOf(demand, { added: added - beside, instances, processes }) + starting + extras.rollout;
}

/** A governor that divides a total gives new instances their share while the old ones still have the larger one of before. */
function connectionsOf(
  demand: ServiceDemand,
  { added, instances, processes }: { readonly added: number; readonly instances: number; readonly processes: number },
): number {
  const { dividedTotal } = demand.service;
  if (dividedTotal === undefined) return added * instanceOf(demand);
  const shares = Math.floor((dividedTotal * added) / (instances + added));
  return Math.max(shares, added * processes) + added * demand.extras.instance;
}

/** What stands beside the instances at any time, where old ones end slowly and are replaced outside of roll-outs too. */
export function besideAt(demand: ServiceDemand, instances: number, { countsTerminating }: RolloutCount): number {
  const { service } = demand;
  return countsTerminating && service.isReplacedAnytime && service.runs.kind === 'always'
    ? instances * instanceOf(demand)
    : 0;
}

/** What it takes of the base load: nothing where it only runs in roll-outs. `runs` is how many runs of a schedule there are. */
export function takenAt(demand: ServiceDemand, instances: number, runs: number): number {
  const { service, extras } = demand;
  if (service.runs.kind === 'rollout' || runs === 0 || instances === 0) return 0;
  return runningAt(demand, instances) + (runs - 1) * (runningAt(demand, instances) - extras.service);
}
