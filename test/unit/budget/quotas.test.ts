import { expect, it } from 'vitest';
import type { AllocatedPool } from '../../../src/budget/allocation.ts';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import type { FleetModel } from '../../../src/budget/model.ts';
import { quotasOf } from '../../../src/budget/quotas.ts';
import { demandOfService } from '../../../src/budget/service-demand.ts';
import { worstAt } from '../../../src/budget/what-fits.ts';
import { fleetModel, known, unknown } from '../../helpers/fleet.ts';

function quotas(model: FleetModel, pools: readonly AllocatedPool[] = []) {
  return quotasOf(model, judgeFleet(model), { pools });
}

const shop = fleetModel({
  servers: { pg: { maxConnections: 200 } },
  services: {
    api: {
      ...{ pools: [{ size: 10, role: 'api' }], normal: 2, most: 8, surge: '25%', processes: 2, namespace: 'shop' },
      extras: { perInstance: { health: 2 }, total: { leader: 1 } },
    },
  },
});

it('makes the quota of what a service takes in its own worst minute, in figures that add up', () => {
  const [quota, ...others] = quotas(shop);
  expect(others).toEqual([]);
  expect(quota).toEqual({
    ...{
      service: 'api',
      server: 'pg',
      engine: 'postgres',
      counts: 'server connections',
      role: 'api',
      kind: 'Deployment',
    },
    ...{ namespace: 'shop', quota: 221, pool: 10, processes: 2, mostInstances: 8, surgeInstances: 2, extras: 21 },
  });
  expect((8 + 2) * 2 * 10 + 21).toBe(221);
});

it('takes the allocated pool in place of the declared one', () => {
  const allocated = {
    service: 'api',
    server: 'pg',
    connectionLimit: 6,
    quota: 141,
    mostInstances: 8,
    limitedBy: 'room',
  } as const;
  expect(quotas(shop, [allocated])[0]).toMatchObject({ quota: 141, pool: 6, extras: 21, surgeInstances: 2 });
});

it('gives none where the worst minute is not known, unless the allocation settles what was open', () => {
  const model = (pool: ReturnType<typeof unknown>, processes = known(1)) =>
    fleetModel({ servers: { pg: {} }, services: { api: { pool, processes, normal: 2 } } });
  const allocated = {
    service: 'api',
    server: 'pg',
    connectionLimit: 6,
    quota: 12,
    mostInstances: 2,
    limitedBy: 'room',
  } as const;
  expect(quotas(model(unknown(1)))).toEqual([]);
  expect(quotas(model(unknown(1)), [allocated])[0]).toMatchObject({ quota: 12, pool: 6 });
  expect(quotas(model(known(5), unknown(1)), [allocated])).toEqual([]);
});

it('takes a total that a governor divides once, and a share of it more while instances change', () => {
  const model = fleetModel({
    servers: { pg: { maxConnections: 200 } },
    services: { api: { pool: 50, normal: 4, most: 10, surge: '25%', dividedTotal: 120 } },
  });
  const [server] = judgeFleet(model).servers;
  // Three new instances take 120 / 13 each beside the old ones, which still have 120 / 10.
  expect([server?.normal, server?.scaledOut, server?.worstMinute].map((one) => one?.connections)).toEqual([
    120, 120, 147,
  ]);
  const [row] = judgeFleet(model).services;
  expect(row).toMatchObject({
    share: 197,
    worstIs: '120 divided among 10 instances, and 27 while a roll-out changes their number',
  });
  expect([row?.largestPool, row?.mostInstances]).toEqual([undefined, undefined]);
});

it('lets no more new instances stand beside the old ones than there are', () => {
  const [service] = fleetModel({ servers: { pg: {} }, services: { api: { pool: 1, surge: 10 } } }).services;
  if (!service) throw new Error('There is one service.');
  const demand = demandOfService(service, service);
  expect([1, 5, 20].map((count) => worstAt(demand, count, { runs: 1, countsTerminating: false }))).toEqual([2, 10, 30]);
});

it('makes figures that add up of what runs only while others roll out', () => {
  const [quota] = quotas(
    fleetModel({ servers: { pg: {} }, services: { migration: { pool: 3, surge: '25%', runs: { kind: 'rollout' } } } }),
  );
  expect(quota).toMatchObject({ quota: 3, pool: 3, mostInstances: 1, surgeInstances: 0, extras: 0 });
});
