import { PoolctlError } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { deadlockBound } from '../../size/deadlock.ts';
import type { Workload } from '../../size/workload.ts';
import type { BudgetPool, BudgetService, FleetModel } from '../model.ts';
import { leastOf } from '../service-demand.ts';
import type { Claim, Take } from './claim.ts';
import { type KnownLoad, KnownLoads } from './known-load.ts';
import { addLack, type Lack, noLack, shortage } from './lack.ts';
import type { FleetLimits } from './limits.ts';
import { ownPart } from './own-part.ts';
import { pooledLoad } from './pooled-load.ts';

/** A pool of a service to one server, with what its size is for. */
export interface ClaimedPool {
  readonly service: BudgetService;
  readonly pool: BudgetPool;
  readonly priority: number;
  readonly declared: number | undefined;
  /** Connections of a process to that server that keep their number. */
  readonly beside: number;
  readonly known: KnownLoad | undefined;
}

/** A size to choose, of the pools that have it in common. */
export interface PoolClaim extends Claim {
  readonly pools: readonly ClaimedPool[];
}

/** The sizes to choose in a fleet. @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION for a load that cannot be */
export function poolClaims({ services }: FleetModel, limits: FleetLimits): PoolClaim[] {
  const loads = new KnownLoads();
  const knownOf = (service: BudgetService, workload: Workload | undefined) =>
    workload &&
    ofService(service, () => loads.of(workload, loadedInstances(service), Math.max(1, leastOf(service.processes))));
  const pools = services
    .filter(({ dividedTotal }) => dividedTotal === undefined)
    .flatMap((service) =>
      service.pools.map((pool): ClaimedPool => {
        const { priority, load } = pool;
        return { service, pool, priority, ...ownPart(pool), known: knownOf(service, load?.workload) };
      }),
    );
  const clients = groupBy(pools, ({ pool }) => pool.to);
  const withPooled = pools.map((claimed): ClaimedPool => {
    const { service, pool, known } = claimed;
    const isOnly = service.pools.length === 1 && service.poolsTransactions === true;
    const pooled = !known && isOnly ? pooledLoad(clients.get(service.pooler ?? '') ?? []) : undefined;
    if (!pooled) return claimed;
    const { priority, ...workload } = pooled;
    return { ...claimed, known: knownOf(service, workload), priority: priority * pool.priority };
  });
  return [...groupBy(withPooled, settingOf).values()].map((shared) => claimOf(shared, limits));
}

/** Says of which service a load is that cannot be. */
function ofService<Found>({ name, place }: BudgetService, find: () => Found): Found {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    const at = place ? `${place.file}:${place.line}: ` : '';
    const { hint } = error;
    throw new PoolctlError(error.code, `${at}the load of ${name}: ${error.message}`, {
      cause: error,
      ...(hint && { hint }),
    });
  }
}

/** The load is that of normal running; what runs no instance then is scaled out by it. */
function loadedInstances({ instances: { normal, most } }: BudgetService): number {
  return leastOf(normal) || Math.max(1, leastOf(most));
}

/**
 * Pools of a service have a setting in common when it has one name, one value, and is read at one place of one file: TypeORM
 * opens as many connections to each replica as to the primary. The file that the service is declared in tells no places apart.
 */
function settingOf({ service, pool, declared }: ClaimedPool): string | BudgetPool {
  if (pool.setting === undefined || service.pooler !== undefined) return pool;
  const { place } = pool.size;
  const at = place && place.file !== service.place?.file ? `${place.file}:${place.start}` : '';
  return JSON.stringify([service.name, pool.setting, declared, at]);
}

function claimOf(pools: readonly ClaimedPool[], limits: FleetLimits): PoolClaim {
  const least = Math.max(...pools.map(leastConnections));
  const takes = pools.flatMap(({ service, pool }) => limits.takesOf(service, pool.to, pool.role));
  const beyondRoom = Math.max(least + 1, mostIn(takes));
  const most = Math.max(least, Math.min(beyondRoom, Math.max(...pools.map(mostConnections))));
  const lacks = pools.map((pool) => lackOf(pool, least, most));
  const [first] = lacks;
  return {
    pools,
    least,
    most,
    takes,
    lackAt: remembered(
      first && lacks.length === 1 ? first : (size) => lacks.reduce((sum, lack) => addLack(sum, lack(size)), noLack),
    ),
    likeness: JSON.stringify([
      ...[least, most, pools.map(({ priority, declared, known }) => [priority, declared, known?.id])],
      pools.map(({ service: { release, instances, processes } }) => [
        release,
        leastOf(instances.most),
        leastOf(processes),
      ]),
      takes.map(({ limit, connections, inRollout }) => [limit.server, limit.role, connections, inRollout]),
    ]),
  };
}

/** One more than the limits ever let in: what is beyond need not be looked at. */
function mostIn(takes: readonly Take[]): number {
  return Math.min(...takes.map(({ limit, connections }) => Math.floor(limit.most / Math.max(1, connections)) + 1));
}

/** 1, or what requests that hold several connections at once need so that they never block each other. */
function leastConnections({ pool, known }: ClaimedPool): number {
  const { connectionsPerRequest = 1, batchJobs = 0, concurrentRequests } = known?.input.workload ?? {};
  const atOnce = { connectionsPerRequest: Math.max(pool.nested, connectionsPerRequest), batchJobs };
  const bound = deadlockBound(1, atOnce, concurrentRequests);
  if (!bound) return 1 + batchJobs;
  return bound.boundedByCaller ? bound.floor + batchJobs : bound.connectionLimit;
}

function mostConnections({ known, declared = 0 }: ClaimedPool): number {
  return known ? known.needed : declared;
}

function lackOf(
  { service, priority, declared, known }: ClaimedPool,
  least: number,
  most: number,
): (size: number) => Lack {
  const weight = priority * Math.max(1, leastOf(service.instances.most) * leastOf(service.processes));
  if (!known) {
    const wanted = Math.max(least, declared ?? 0);
    return (size) => ({ ...noLack, declared: weight * shortage(size, wanted) });
  }
  const { waitAt, load } = known;
  const carrying = Math.min(known.carrying, most);
  const perMs = (priority * load.fleetArrivalRatePerSecond) / 1_000;
  return (size) => ({
    carrying: weight * shortage(size, carrying),
    late: perMs * waitAt(Math.min(size, known.enough)),
    declared: 0,
    waiting: perMs * waitAt(size),
  });
}

/** Each size is asked for again and again. */
function remembered(lackAt: (size: number) => Lack): (size: number) => Lack {
  const known: Lack[] = [];
  return (size) => {
    const before = known[size];
    if (before) return before;
    const lack = lackAt(size);
    known[size] = lack;
    return lack;
  };
}
