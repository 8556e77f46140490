import type {
  BudgetPool,
  BudgetServer,
  BudgetService,
  ExtraConnections,
  FleetCount,
  FleetModel,
  NamedConnections,
} from '../../src/budget/model.ts';
import { noSurge, type Surge } from '../../src/declarations/manifests/surge.ts';

type Named = Readonly<Record<string, number>>;

/** A server in short: a limit of 100 less 3 reserved, PostgreSQL, with a budget. A pooler's clients have none reserved. */
export interface ShortServer extends Partial<Omit<BudgetServer, 'limit'>> {
  readonly maxConnections?: number | 'unknown';
  readonly reserved?: number;
  readonly others?: number | Named;
  readonly granted?: number;
  readonly roles?: Named;
  readonly estimatedBy?: string;
}

type Count = number | FleetCount;

/** A service in short: one instance of one process, that adds none in a roll-out and leaves none behind. */
export interface ShortService
  extends Partial<Omit<BudgetService, 'instances' | 'surge' | 'processes' | 'pools' | 'extras'>> {
  readonly normal?: Count;
  /** As `normal` where left out. */
  readonly most?: Count;
  /** "25%" rounds up as Kubernetes does, "100% down" as ECS does. */
  readonly surge?: number | `${number}%` | `${number}% down` | Surge;
  readonly processes?: Count;
  /** Connections of one process to `to`, where there is one pool. */
  readonly pool?: Count;
  /** The first server of the fleet where left out. */
  readonly to?: string;
  readonly pools?: readonly ShortPool[];
  readonly extras?: readonly ExtraConnections[] | ShortExtras;
}

export interface ShortPool extends Partial<Omit<BudgetPool, 'size' | 'parts'>> {
  readonly size: Count;
  readonly parts?: Named;
}

/** Extra connections of the server in `to`. */
export interface ShortExtras {
  readonly perInstance?: Named;
  readonly perNewInstance?: Named;
  readonly total?: Named;
  readonly rollout?: Named;
}

/** A fleet in short: what a test is about is named, the rest has plain defaults. */
export function fleetModel(fleet: {
  readonly servers: Readonly<Record<string, ShortServer>>;
  readonly services: Readonly<Record<string, ShortService>>;
  readonly rolloutsAtOnce?: FleetModel['rolloutsAtOnce'];
}): FleetModel {
  const first = Object.keys(fleet.servers)[0] ?? '';
  return {
    servers: Object.entries(fleet.servers).map(([name, server]) => serverOf(name, server)),
    services: Object.entries(fleet.services).map(([name, service]) => serviceOf(name, service, first)),
    rolloutsAtOnce: fleet.rolloutsAtOnce ?? 1,
  };
}

export function known(value: number, from?: string): FleetCount {
  return { kind: 'known', value, ...(from !== undefined && { from }) };
}

export function unknown(atLeast: number, why = 'it is in a Secret', settledBy = 'write it in fleet.yaml'): FleetCount {
  return { kind: 'unknown', atLeast, why, settledBy };
}

function serverOf(name: string, short: ShortServer): BudgetServer {
  const { maxConnections = 100, others = [], granted, roles = {}, estimatedBy, ...rest } = short;
  const { counts = 'server connections' } = rest;
  const { reserved = counts === 'pooler clients' ? 0 : 3, ...server } = rest;
  return {
    name,
    engine: 'postgres',
    counts,
    isBudgeted: true,
    countsTerminating: false,
    ...server,
    limit:
      maxConnections === 'unknown'
        ? { kind: 'unknown', atLeast: 0, why: 'nobody says what it lets in', settledBy: `maxConnections of ${name}` }
        : {
            kind: 'limit',
            maxConnections,
            reserved,
            others: typeof others === 'number' ? [{ name: 'others', connections: others }] : named(others),
            roles: named(roles),
            ...(granted !== undefined && { granted }),
            ...(estimatedBy !== undefined && { estimatedBy }),
          },
  };
}

function serviceOf(name: string, short: ShortService, first: string): BudgetService {
  const { normal = 1, most = normal, surge = noSurge, processes = 1, pool, pools, extras = [], ...rest } = short;
  const { to = first, ...service } = rest;
  const own = pools ?? (pool === undefined ? [] : [{ size: pool }]);
  return {
    name,
    kind: 'Deployment',
    terminates: false,
    runs: { kind: 'always' },
    ...service,
    instances: { normal: countOf(normal), most: countOf(most) },
    surge: surgeOf(surge),
    processes: countOf(processes),
    pools: own.map(({ size, parts = {}, ...one }) => ({
      to,
      nested: 1,
      priority: 1,
      ...one,
      size: countOf(size),
      parts: named(parts),
    })),
    extras: Array.isArray(extras) ? extras : extrasOf(extras as ShortExtras, to),
  };
}

function extrasOf({ perInstance, perNewInstance, total, rollout }: ShortExtras, to: string): ExtraConnections[] {
  const of = (per: ExtraConnections['per'], some: Named = {}) => named(some).map((one) => ({ ...one, to, per }));
  return [
    ...of('instance', perInstance),
    ...of('new instance', perNewInstance),
    ...of('service', total),
    ...of('rollout', rollout),
  ];
}

function named(connections: Named | readonly NamedConnections[]): NamedConnections[] {
  return Array.isArray(connections)
    ? [...connections]
    : Object.entries(connections as Named).map(([name, one]) => ({ name, connections: one }));
}

function countOf(count: Count): FleetCount {
  return typeof count === 'number' ? known(count) : count;
}

function surgeOf(surge: NonNullable<ShortService['surge']>): Surge {
  if (typeof surge === 'object') return surge;
  if (typeof surge === 'number') return { kind: 'count', count: surge };
  return {
    kind: 'percent',
    percent: Number.parseFloat(surge),
    rounds: surge.endsWith('down') ? 'down' : 'up',
  };
}
