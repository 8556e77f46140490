import type { AllocatedPool } from '../allocation.ts';
import { mostInstancesWithin, worstAt } from '../what-fits.ts';
import type { ClaimedPool, PoolClaim } from './claims.ts';
import type { ServiceThere } from './limits.ts';
import type { SettingsByLoad } from './pool-settings.ts';

/** A pool with the size that was chosen for it. */
export interface SizedPool extends ClaimedPool {
  readonly claim: PoolClaim;
  readonly size: number;
  /** Connections that the server's worst minute grows by with one more in each process. */
  readonly growth: number;
}

/** The row of a service and a server, of all its pools there. */
export function allocatedPool(
  pools: readonly SizedPool[],
  { demand, ...count }: ServiceThere,
  settings: SettingsByLoad,
): AllocatedPool[] {
  const [first] = pools;
  if (!first) return [];
  const main = pools.find(({ known }) => known) ?? first;
  const { service, pool } = main;
  const connectionLimit = pools.reduce((sum, { beside, size }) => sum + beside + size, 0);
  const sized = { ...demand, pool: connectionLimit };
  const quota = worstAt(sized, demand.instances.most, count);
  const mostInstances = mostInstancesWithin(sized, { ...count, share: quota }) ?? demand.instances.most;
  const isOne = pools.length === 1 && main.beside === 0;
  return [
    {
      service: service.name,
      server: pool.to,
      connectionLimit,
      ...(!isOne && { settings: pools.map(settingOf) }),
      quota,
      mostInstances,
      limitedBy: limitOf(main),
      ...loadedPart(main, settings),
    },
  ];
}

/** The row of a service whose governor divides a total among its live processes: their number decides the size. */
export function dividedPool(server: string, { demand, ...count }: ServiceThere): AllocatedPool[] {
  const { service, instances, processes, pools } = demand;
  if (service.dividedTotal === undefined || pools.length === 0) return [];
  const each = Math.floor(service.dividedTotal / Math.max(1, instances.most * processes));
  return [
    {
      ...{ service: service.name, server, connectionLimit: Math.max(1, each), limitedBy: 'declared' },
      ...{ quota: worstAt(demand, instances.most, count), mostInstances: instances.most },
    },
  ];
}

function settingOf({ pool: { setting }, size }: SizedPool) {
  return { ...(setting !== undefined && { name: setting }), connections: size };
}

function limitOf({ known, declared, size, claim }: SizedPool): AllocatedPool['limitedBy'] {
  if (size < claim.most) return 'room';
  if (known) return size > known.needed ? 'floor' : 'need';
  return declared === undefined || size > declared ? 'floor' : 'declared';
}

function loadedPart({ known, size, growth }: SizedPool, settings: SettingsByLoad): Partial<AllocatedPool> {
  if (!known) return {};
  const { queueLimit, acquireTimeoutMs, now, after } = settings.of(known, size);
  return {
    queueLimit,
    acquireTimeoutMs,
    wanted: known.needed,
    isEnough: size >= known.enough,
    next: {
      waitMeanMs: { now: now.meanMs, after: after.meanMs },
      waitP99Ms: { now: now.p99Ms, after: after.p99Ms },
      connections: growth,
    },
  };
}
