import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { surgeAt } from '../../declarations/manifests/surge.ts';
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
  const instances = most ?? 1;
  return {
    name: service.name,
    service,
    place,
    pools,
    pool: size,
    hidden,
    processes: processes ?? 1,
    instances,
    surge: most === undefined ? 0 : (surgeAt(service.surge, most) ?? 0),
    unknown: [
      ...(unknown === undefined ? [] : [unknown]),
      ...(most === undefined && service.most.kind === 'unknown' ? [service.most.why] : []),
      ...(processes === undefined && service.processes.kind === 'unknown' ? [service.processes.why] : []),
    ],
  };
}

export function runningOf({ pool, processes, instances }: DemandRow): number {
  return pool * processes * instances;
}

export function surgeOf({ pool, processes, surge }: DemandRow): number {
  return pool * processes * surge;
}

/** One roll-out at a time; the services of one Helm release are rolled out together. */
export function demandOf(rows: readonly DemandRow[]): SlotDemand {
  const running = rows.reduce((sum, row) => sum + runningOf(row), 0);
  const groups = new Map<unknown, DemandRow[]>();
  for (const row of rows) {
    const key = row.service?.upgradedWith ?? row;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const extra = (group: readonly DemandRow[]) => group.reduce((sum, row) => sum + surgeOf(row), 0);
  const rolling = [...groups.values()].sort((a, b) => extra(b) - extra(a))[0] ?? [];
  return { rows, running, worst: running + extra(rolling), rolling: extra(rolling) > 0 ? rolling : [] };
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
