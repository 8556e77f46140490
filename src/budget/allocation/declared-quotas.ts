import type { AllocatedPool, FleetAllocation } from '../allocation.ts';
import type { FleetAnswer } from '../answer.ts';
import { judgeFleet } from '../judge-fleet.ts';
import type { BudgetPool, BudgetService, FleetModel } from '../model.ts';
import { rowKey } from '../row-key.ts';
import { demandOfService } from '../service-demand.ts';

/**
 * The allocation with quotas that nobody passes today: on a server that fits as it is, none is below what its service may take
 * now, so that limits can be in force before pools are made smaller. Where that does not fit beside the pools that are to be
 * made larger, quotas stay those of the allocation.
 */
export function withDeclaredQuotas(
  model: FleetModel,
  answer: FleetAnswer,
  allocation: FleetAllocation,
): FleetAllocation {
  const services = new Map(model.services.map((service) => [service.name, service]));
  const rows = new Map(answer.services.map((row) => [rowKey(row.name, row.server), row]));
  const fitting = serversThatFit(answer);
  const kept = new Map<AllocatedPool, AllocatedPool>();
  for (const pool of allocation.pools) {
    const [row, service] = [rows.get(rowKey(pool.service, pool.server)), services.get(pool.service)];
    if (!fitting.has(pool.server) || !row || !service || row.worst.isAtLeast) continue;
    const { connections } = row.worst;
    if (connections <= pool.quota) continue;
    const quotaPool = declaredPool(service, pool.server);
    const { most } = service.instances;
    const mostInstances = most.kind === 'known' ? most.value : pool.mostInstances;
    kept.set(pool, { ...pool, quota: connections, mostInstances, quotaPool });
  }
  if (kept.size === 0) return allocation;
  const pools = allocation.pools.map((pool) => kept.get(pool) ?? pool);
  const still = serversThatFit(judgeFleet(withSizes(model, pools)));
  return {
    ...allocation,
    pools: allocation.pools.map((pool) => (still.has(pool.server) && kept.get(pool)) || pool),
  };
}

function serversThatFit({ servers }: FleetAnswer): ReadonlySet<string> {
  return new Set(servers.flatMap(({ name, fits }) => (fits === 'no' ? [] : [name])));
}

function declaredPool(service: BudgetService, server: string): number {
  return demandOfService(service, { pools: service.pools.filter(({ to }) => to === server), extras: [] }).pool;
}

/** The fleet with these pools, each with the size that its quota is for. */
function withSizes(model: FleetModel, pools: readonly AllocatedPool[]): FleetModel {
  const sizes = new Map(
    pools.map((pool) => [rowKey(pool.service, pool.server), pool.quotaPool ?? pool.connectionLimit]),
  );
  const sized = (service: BudgetService): BudgetService => {
    const seen = new Set<string>();
    const ownPools = service.pools.map((pool): BudgetPool => {
      const size = sizes.get(rowKey(service.name, pool.to));
      if (size === undefined) return pool;
      const isFirst = !seen.has(pool.to);
      seen.add(pool.to);
      return { ...pool, size: { kind: 'known', value: isFirst ? size : 0 } };
    });
    return { ...service, pools: ownPools };
  };
  return { ...model, services: model.services.map(sized) };
}
