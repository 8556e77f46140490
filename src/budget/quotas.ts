import type { AllocatedPool, FleetAllocation } from './allocation.ts';
import type { FleetAnswer, ServiceAnswer } from './answer.ts';
import type { BudgetServer, BudgetService, FleetModel } from './model.ts';
import type { ServiceQuota } from './quota.ts';
import { rowKey } from './row-key.ts';
import { addedInstances, demandOfService, type ServiceDemand } from './service-demand.ts';
import { worstAt } from './what-fits.ts';

/**
 * What each service may take of each server: as allocated, or as declared where nothing was. A service whose numbers are not
 * known has none.
 */
export function quotasOf(model: FleetModel, answer: FleetAnswer, allocation: FleetAllocation): ServiceQuota[] {
  const servers = new Map(model.servers.map((server) => [server.name, server]));
  const services = new Map(model.services.map((service) => [service.name, service]));
  const allocated = new Map(allocation.pools.map((pool) => [rowKey(pool.service, pool.server), pool]));
  return answer.services.flatMap((row) => {
    const [server, service] = [servers.get(row.server), services.get(row.name)];
    const own = allocated.get(rowKey(row.name, row.server));
    return server && service ? (quotaOf({ row, server, service, ...(own && { own }) }) ?? []) : [];
  });
}

interface QuotaInput {
  readonly row: ServiceAnswer;
  readonly server: BudgetServer;
  readonly service: BudgetService;
  readonly own?: AllocatedPool;
}

function quotaOf({ row, server, service, own }: QuotaInput): ServiceQuota | undefined {
  const demand = demandOfService(service, {
    pools: service.pools.filter(({ to }) => to === server.name),
    extras: service.extras.filter(({ to }) => to === server.name),
  });
  if (isOpen(demand, { server, hasPool: own !== undefined })) return undefined;
  const { countsTerminating } = server;
  const pool = own?.quotaPool ?? own?.connectionLimit ?? demand.pool;
  const mostInstances = own?.mostInstances ?? demand.instances.most;
  // What runs only during roll-outs is there once, and adds nothing to itself.
  const isBeside = service.runs.kind === 'rollout';
  const surgeInstances = isBeside ? 0 : addedInstances(demand, mostInstances, { countsTerminating });
  const outside = worstAt({ ...demand, pool: 0 }, mostInstances, { runs: 1, countsTerminating });
  const [role, ...others] = new Set(demand.pools.map((one) => one.role));
  return {
    service: service.name,
    server: server.name,
    ...(server.engine && { engine: server.engine }),
    counts: server.counts,
    ...(role !== undefined && others.length === 0 && { role }),
    quota: own?.quota ?? row.worst.connections,
    pool,
    processes: demand.processes,
    mostInstances,
    surgeInstances,
    extras: service.dividedTotal === undefined ? outside : demand.extras.service + demand.extras.rollout,
    kind: service.kind,
    ...(service.namespace !== undefined && { namespace: service.namespace }),
    ...(service.objectName !== undefined && { objectName: service.objectName }),
  };
}

/** Whether its worst minute is not known: an allocated pool settles the size of the pool, and nothing else. */
function isOpen(
  { isUnknown, service }: ServiceDemand,
  { server, hasPool }: { readonly server: BudgetServer; readonly hasPool: boolean },
): boolean {
  const part = server.countsTerminating ? 'withTerminating' : 'worst';
  if (!isUnknown[part]) return false;
  const { instances, surge } = service;
  const isPoolAlone =
    isUnknown.pool && !isUnknown.processes && instances.most.kind === 'known' && surge.kind !== 'unknown';
  return !(hasPool && isPoolAlone);
}
