import { ServerLoad } from '../../budget/server-load.ts';
import {
  addedAt,
  addedInstances,
  demandOfService,
  runningAt,
  type ServiceDemand,
} from '../../budget/service-demand.ts';
import { anyTime } from '../../budget/times/time-state.ts';
import { largestPoolWithin, mostInstancesWithin } from '../../budget/what-fits.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { noSurge } from '../../declarations/manifests/surge.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { HiddenShare, ProcessPools } from './process-pools.ts';

/** What one service may take of a server, as far as it is known. */
export interface DemandRow {
  readonly name: string;
  readonly service?: DeployedService;
  readonly place: SourceSpan;
  readonly pools: readonly DeclaredPool[];
  /** Connections of one process, with those of `hidden`. */
  readonly pool: number;
  /** What packages open by themselves. */
  readonly hidden: readonly HiddenShare[];
  readonly processes: number;
  /** The most instances. */
  readonly instances: number;
  /** The instances that a roll-out adds. */
  readonly surge: number;
  /** What of it is not known, so that it may be more. */
  readonly unknown: readonly string[];
  /** The same for the arithmetic of fleets. */
  readonly demand: ServiceDemand;
}

/** The sum over services in its worst minute: all at their most, and the roll-out that adds most beside them. */
export interface SlotDemand {
  readonly rows: readonly DemandRow[];
  readonly running: number;
  readonly worst: number;
  /** The services that roll out in the worst minute. */
  readonly rolling: readonly DemandRow[];
}

/** One service's share; what is not known of its instances and processes counts as one. */
export function demandRow(
  service: DeployedService,
  { size, pools, place, hidden = [], unknown }: ProcessPools,
): DemandRow {
  const most = countOf(service.most);
  const processes = countOf(service.processes);
  const demand = fleetDemand(service, size);
  const { instances } = demand;
  return {
    name: service.name,
    service,
    place,
    pools,
    pool: size,
    hidden,
    processes: demand.processes,
    instances: instances.most,
    surge: addedInstances(demand, instances.most, { countsTerminating: false }),
    unknown: [
      ...(unknown === undefined ? [] : [unknown]),
      ...(most === undefined && service.most.kind === 'unknown' ? [service.most.why] : []),
      ...(processes === undefined && service.processes.kind === 'unknown' ? [service.processes.why] : []),
    ],
    demand,
  };
}

/** The service as the budget of a fleet counts it. */
function fleetDemand(service: DeployedService, size: number): ServiceDemand {
  const most = countOf(service.most);
  const known = (value: number) => ({ kind: 'known', value }) as const;
  const { name, kind, upgradedWith } = service;
  const instances = { normal: known(most ?? 1), most: known(most ?? 1) };
  const pools = [{ to: '', size: known(size), parts: [], nested: 1, priority: 1 }];
  return demandOfService(
    {
      ...{ name, kind, instances, pools, processes: known(countOf(service.processes) ?? 1) },
      ...{
        surge: most === undefined ? noSurge : service.surge,
        terminates: false,
        extras: [],
        runs: { kind: 'always' },
      },
      ...(upgradedWith !== undefined && { release: upgradedWith }),
    },
    { pools, extras: [] },
  );
}

const oneRollout = { states: [anyTime], rolloutsAtOnce: 1, countsTerminating: false } as const;

export function runningOf({ demand, instances }: DemandRow): number {
  return runningAt(demand, instances);
}

export function surgeOf({ demand, instances }: DemandRow): number {
  return addedAt(demand, instances, oneRollout);
}

/** One roll-out at a time; the services of one Helm release are rolled out together. */
export function demandOf(rows: readonly DemandRow[]): SlotDemand {
  const load = new ServerLoad({ ...oneRollout, demands: rows.map(({ demand }) => demand) });
  const worst = load.peak('worst');
  const rolling = new Set(worst.rolling.flatMap(({ demands }) => demands));
  return {
    rows,
    running: load.peak('scaledOut').connections,
    worst: worst.connections,
    rolling: rows.filter(({ demand }) => rolling.has(demand)),
  };
}

/** What one service may have with so many slots, beside which it takes none. */
export function fittingIn({ demand }: DemandRow, slots: number): { readonly pool: number; readonly instances: number } {
  const share = { share: Math.max(0, slots), runs: 1, countsTerminating: false };
  return {
    pool: Math.max(0, largestPoolWithin(demand, share) ?? demand.pool),
    instances: mostInstancesWithin(demand, share) ?? demand.instances.most,
  };
}

/** Connections of one process that are no package's own. */
export function ownOf({ pool, hidden }: DemandRow): number {
  return hidden.reduce((rest, { size }) => rest - size, pool);
}

/** "16", "(16 + 10 of pg-boss)". */
export function processWords(row: DemandRow): string {
  const own = ownOf(row);
  const parts = [...(own > 0 ? [`${own}`] : []), ...row.hidden.map(({ title, size }) => `${size} of ${title}`)];
  return parts.length > 1 ? `(${parts.join(' + ')})` : (parts[0] ?? '0');
}

/** "api: 16 x 8 instances = 128, 256 in a roll-out". */
export function rowWords(row: DemandRow): string {
  const { name, processes, instances, unknown } = row;
  const factors = [
    processWords(row),
    processes > 1 && `${processes} processes`,
    `${instances} instance${instances === 1 ? '' : 's'}`,
  ];
  const rollout = surgeOf(row) > 0 ? `, ${runningOf(row) + surgeOf(row)} in a roll-out` : '';
  const more = unknown.length > 0 ? ` or more: ${unknown[0]}` : '';
  return `${name}: ${factors.filter(Boolean).join(' x ')} = ${runningOf(row)}${rollout}${more}`;
}
