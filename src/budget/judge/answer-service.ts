import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ServiceAnswer } from '../answer.ts';
import type { FleetCount, NamedConnections } from '../model.ts';
import type { ServerLoad } from '../server-load.ts';
import type { ServiceDemand } from '../service-demand.ts';
import {
  fittingWhileRunning,
  largestPoolWithin,
  largestSurgeWithin,
  mostInstancesWithin,
  type ShareOfServer,
} from '../what-fits.ts';
import { worstWords } from './worst-words.ts';

/** A limit that a service meets: the server's, or that of its role; with all that meets it too. */
export interface LimitOfService {
  readonly usable: number;
  readonly load: ServerLoad;
  /** The service's part of that load. */
  readonly demand: ServiceDemand;
}

/** What one service takes of a server, and what would fit there. */
export function answerService(
  demand: ServiceDemand,
  server: string,
  { load, limits }: { readonly load: ServerLoad; readonly limits: readonly LimitOfService[] },
): ServiceAnswer {
  const { service } = demand;
  const { countsTerminating } = load.input;
  const runs = Math.max(1, load.mostRunsOf(demand));
  const share = shareOf(limits);
  const allowance = share === undefined ? undefined : { share, runs, countsTerminating };
  const left = Math.min(...limits.map((limit) => limit.usable - limit.load.besidesRunning(limit.demand)));
  return {
    name: service.name,
    server,
    pool: poolOf(demand),
    ...(besidesPool(demand) > 0 && { outside: besidesPool(demand) }),
    parts: partsOf(demand),
    processes: service.processes,
    instances: service.instances,
    worst: { connections: load.worstOf(demand), isAtLeast: demand.isUnknown[load.worstPart] },
    worstIs: worstWords(demand, { countsTerminating, runs }),
    ...(share !== undefined && { share }),
    ...(allowance && fitting(demand, allowance, left)),
    ...(service.place && { place: service.place }),
  };
}

/** The least that the others leave of any of the limits; undefined where that is not known. */
function shareOf(limits: readonly LimitOfService[]): number | undefined {
  if (limits.length === 0 || limits.some(({ load, demand }) => load.hasUnknownBeside(demand))) return undefined;
  return Math.max(0, Math.min(...limits.map(({ usable, load, demand }) => usable - load.besides(demand))));
}

/** What would fit, as far as the other numbers of the service are known. `left` is what others leave while they roll out. */
function fitting(
  demand: ServiceDemand,
  allowance: ShareOfServer,
  left: number,
): Pick<ServiceAnswer, 'largestPool' | 'mostInstances' | 'largestSurge' | 'inAnyMinute'> {
  const { service, isUnknown } = demand;
  const { surge, instances } = service;
  const knowsMost = instances.most.kind === 'known';
  const knowsSurge = surge.kind !== 'unknown' || (allowance.countsTerminating && service.terminates);
  const largestPool =
    !isUnknown.processes && knowsMost && knowsSurge ? largestPoolWithin(demand, allowance) : undefined;
  const knowsUnit = !isUnknown.pool && !isUnknown.processes;
  const mostInstances = knowsUnit && knowsSurge ? mostInstancesWithin(demand, allowance) : undefined;
  const largestSurge = knowsUnit && knowsMost ? largestSurgeWithin(demand, allowance) : undefined;
  const own = withoutUndefined({ largestPool, mostInstances });
  const always = fittingWhileRunning(demand, own, { ...allowance, share: left });
  return {
    ...answered(demand, own),
    ...(Object.keys(own).length > 0 && { inAnyMinute: answered(demand, always) }),
    ...(largestSurge !== undefined && { largestSurge }),
  };
}

type Fitting = NonNullable<ServiceAnswer['inAnyMinute']>;

/** With what an instance has beside its pool; 0 where not even one connection fits. */
function answered(demand: ServiceDemand, { largestPool, ...others }: Fitting): Fitting {
  if (largestPool === undefined) return others;
  return { largestPool: largestPool < 1 ? 0 : largestPool + besidesPool(demand), ...others };
}

/** Where an instance is one process, what it has outside the pools is as good as a part of its pool. */
function besidesPool({ service, extras }: ServiceDemand): number {
  return service.processes.kind === 'known' && service.processes.value === 1 ? extras.instance : 0;
}

function poolOf(demand: ServiceDemand): FleetCount {
  const { pools, pool } = demand;
  const beside = besidesPool(demand);
  const unclear = pools.map(({ size }) => size).find(({ kind }) => kind === 'unknown');
  if (unclear?.kind === 'unknown') return { ...unclear, atLeast: pool + beside };
  const [only] = pools;
  return pools.length === 1 && only?.size.kind === 'known'
    ? { ...only.size, value: pool + beside }
    : { kind: 'known', value: pool + beside };
}

/** What the pool adds up; empty where it is one number. */
function partsOf(demand: ServiceDemand): NamedConnections[] {
  const { pools, service } = demand;
  const own = pools.flatMap(({ parts, size, setting }): readonly NamedConnections[] =>
    parts.length > 0 || size.kind === 'unknown' ? parts : [{ name: setting ?? 'pool', connections: size.value }],
  );
  const servers = new Set(pools.map(({ to }) => to));
  const outside =
    besidesPool(demand) > 0
      ? service.extras.filter(({ per, to }) => per === 'instance' && (servers.size === 0 || servers.has(to)))
      : [];
  const all = [...own, ...outside.map(({ name, connections }) => ({ name, connections }))];
  return all.length > 1 ? all : [];
}
