import { describe, expect, it } from 'vitest';
import { allocateFleet } from '../../../src/budget/allocate.ts';
import { allocationFindings } from '../../../src/budget/allocation/allocation-findings.ts';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import type { FleetLoad, FleetModel } from '../../../src/budget/model.ts';
import { sizePool } from '../../../src/size/size.ts';
import type { Workload } from '../../../src/size/workload.ts';
import { fleetModel, type ShortService, unknown } from '../../helpers/fleet.ts';

function load(arrivalRatePerSecond: number, meanMs: number, more: Workload = {}): FleetLoad {
  return { workload: { scope: 'fleet', arrivalRatePerSecond, meanMs, ...more }, from: 'fleet.yaml' };
}

const sizesOf = (model: FleetModel) =>
  Object.fromEntries(
    allocateFleet(model).pools.map((pool) => [`${pool.service} at ${pool.server}`, pool.connectionLimit]),
  );
const poolOf = (model: FleetModel, service: string) =>
  allocateFleet(model).pools.find((pool) => pool.service === service);

/** The fleet with the sizes that were allocated. */
function resized(model: FleetModel): FleetModel {
  const sizes = sizesOf(model);
  const services = model.services.map((service) => ({
    ...service,
    pools: service.pools.map((pool) => ({
      ...pool,
      size: { kind: 'known' as const, value: sizes[`${service.name} at ${pool.to}`] ?? 1 },
    })),
  }));
  return { ...model, services };
}

const worstOf = (model: FleetModel, server: string) =>
  judgeFleet(model).servers.find(({ name }) => name === server)?.worstMinute.connections;

describe('a fleet with room', () => {
  const api = load(600, 20);
  const model = fleetModel({
    servers: { orders: { maxConnections: 400 } },
    services: {
      api: { normal: 8, most: 20, surge: '25%', pools: [{ size: 12, load: api }] },
      worker: { normal: 3, pools: [{ size: 10 }] },
    },
  });

  it('gives a pool what sizePool asks for, and not what is declared', () => {
    const sized = sizePool({ workload: api.workload, fleet: { instances: 8 } });
    expect(poolOf(model, 'api')).toMatchObject({
      connectionLimit: sized.connectionLimit,
      wanted: sized.connectionLimit,
      queueLimit: sized.queueLimit,
      acquireTimeoutMs: sized.acquireTimeoutMs,
      limitedBy: 'need',
      isEnough: true,
    });
  });

  it('leaves a pool without a load as it is, and says nothing of its waits', () => {
    expect(poolOf(model, 'worker')).toEqual({
      ...{ service: 'worker', server: 'orders', connectionLimit: 10, limitedBy: 'declared' },
      ...{ quota: 30, mostInstances: 3 },
    });
  });

  it('has the service stay within its quota in its own worst minute, and the autoscaler at its most', () => {
    expect(poolOf(model, 'api')).toMatchObject({ quota: 25 * 4, mostInstances: 20 });
  });
});

describe('a fleet without room for all', () => {
  it('takes what is short from the waits that weigh least', () => {
    const service = (priority: number) => ({ normal: 4, pools: [{ size: 10, load: load(200, 50), priority }] });
    const model = fleetModel({
      servers: { orders: { maxConnections: 43 } },
      services: { checkout: service(10), reports: service(1) },
    });
    const { 'checkout at orders': checkout = 0, 'reports at orders': reports = 0 } = sizesOf(model);
    expect(checkout).toBeGreaterThan(reports);
    expect(worstOf(resized(model), 'orders')).toBe(40);
  });

  it('counts a roll-out only for the service that decides the worst minute', () => {
    const service = { normal: 4, surge: 4, pools: [{ size: 10, load: load(100, 50) }] };
    const model = fleetModel({ servers: { orders: { maxConnections: 39 } }, services: { a: service, b: service } });
    // (3 + 3) x 4, and 3 x 4 of the one that rolls.
    expect(sizesOf(model)).toEqual({ 'a at orders': 3, 'b at orders': 3 });
  });

  it('makes declared sizes smaller by the same share', () => {
    const model = fleetModel({
      servers: { orders: { maxConnections: 103 } },
      services: { a: { normal: 4, pool: 30 }, b: { normal: 2, pool: 30 }, c: { normal: 1, pool: 20 } },
    });
    expect(sizesOf(model)).toEqual({ 'a at orders': 15, 'b at orders': 15, 'c at orders': 10 });
  });

  it('has a known load within its targets before it keeps a declared size', () => {
    const model = fleetModel({
      servers: { orders: { maxConnections: 43 } },
      services: { api: { pools: [{ size: 10, load: load(400, 50) }] }, legacy: { pool: 100 } },
    });
    expect(sizesOf(model)).toEqual({ 'api at orders': 24, 'legacy at orders': 16 });
  });

  it('says what is missing when not even the floors fit, and gives them', () => {
    const model = fleetModel({
      servers: { orders: { maxConnections: 13 } },
      services: { api: { normal: 20, pool: 5 }, worker: { normal: 1, pools: [{ size: 9, nested: 3 }] } },
    });
    const { pools, doesNotFit } = allocateFleet(model);
    expect(doesNotFit).toEqual([{ server: 'orders', usable: 10, floors: 23, missing: 13 }]);
    expect(pools.map(({ connectionLimit, limitedBy }) => [connectionLimit, limitedBy])).toEqual([
      [1, 'room'],
      [3, 'room'],
    ]);
  });

  it('keeps the limit of a role', () => {
    const model = fleetModel({
      servers: { orders: { roles: { skein: 12 } } },
      services: { a: { normal: 2, pools: [{ size: 10, role: 'skein' }] }, b: { normal: 2, pool: 10 } },
    });
    expect(sizesOf(model)).toEqual({ 'a at orders': 6, 'b at orders': 10 });
  });
});

describe('a floor', () => {
  const floorOf = (pool: { nested?: number; load?: FleetLoad }) =>
    poolOf(
      fleetModel({ servers: { orders: { maxConnections: 4 } }, services: { api: { pools: [{ size: 50, ...pool }] } } }),
      'api',
    )?.connectionLimit;

  it('is 1', () => expect(floorOf({})).toBe(1));
  it('is what one request holds at once', () => expect(floorOf({ nested: 3 })).toBe(3));
  it('is what requests hold that are known to run at once, all but one of each, and one more', () => {
    const nested = load(10, 20, { connectionsPerRequest: 2, concurrentRequests: 8 });
    expect(floorOf({ nested: 2, load: nested })).toBe(9);
  });
});

describe('what is not known', () => {
  const model = fleetModel({
    servers: { orders: { maxConnections: 23 } },
    services: { a: { normal: 2, pool: unknown(1) }, b: { normal: 1, pool: 30 } },
  });

  it('keeps a floor for a pool of unknown size, and says how to settle it', () => {
    expect(allocateFleet(model)).toMatchObject({
      pools: [{ service: 'b', connectionLimit: 18 }],
      unknown: [
        { service: 'a', server: 'orders', floor: 1, why: 'it is in a Secret', settledBy: 'write it in fleet.yaml' },
      ],
    });
  });

  it('sizes a pool of unknown size by its load', () => {
    const services = { a: { normal: 2, pools: [{ size: unknown(1), load: load(100, 20) }] } };
    const { pools, unknown: listed } = allocateFleet(fleetModel({ servers: { orders: {} }, services }));
    expect([pools[0]?.limitedBy, listed]).toEqual(['need', undefined]);
  });

  it('has no bound where nobody says what a server lets in', () => {
    const services = { api: { normal: 50, pool: 40 } };
    expect(sizesOf(fleetModel({ servers: { orders: { maxConnections: 'unknown' } }, services }))).toEqual({
      'api at orders': 40,
    });
  });
});

describe('pools with one setting', () => {
  const endpoint = (to: string, more = {}) => ({ to, size: 20, setting: 'poolSize', ...more });

  it('have one size, which fits the fullest of their servers', () => {
    const model = fleetModel({
      servers: { rw: {}, 'ro-1': { others: 20 }, 'ro-2': { others: 20 } },
      services: { api: { normal: 4, surge: 1, pools: [endpoint('rw'), endpoint('ro-1'), endpoint('ro-2')] } },
    });
    expect(sizesOf(model)).toEqual({ 'api at rw': 15, 'api at ro-1': 15, 'api at ro-2': 15 });
  });

  it('differ when their settings do', () => {
    const pools = [endpoint('rw'), endpoint('ro-1', { setting: 'replica.poolSize' })];
    const model = fleetModel({ servers: { rw: {}, 'ro-1': { others: 60 } }, services: { api: { normal: 4, pools } } });
    expect(sizesOf(model)).toEqual({ 'api at rw': 20, 'api at ro-1': 9 });
  });
});

it('sizes the pool and leaves what its process opens beside it', () => {
  const pools = [{ size: 22, setting: 'max', parts: { pool: 20, 'pg-boss': 2 } }];
  const model = fleetModel({ servers: { orders: { maxConnections: 43 } }, services: { api: { normal: 4, pools } } });
  expect(poolOf(model, 'api')).toMatchObject({
    connectionLimit: 10,
    settings: [{ name: 'max', connections: 8 }],
    quota: 40,
  });
});

describe('what is said of it', () => {
  const textsOf = (model: FleetModel) => allocationFindings(allocateFleet(model)).map(({ text }) => text);

  it('is that no size fits, and by how much', () => {
    const services = { api: { normal: 20, pool: 5 } };
    expect(textsOf(fleetModel({ servers: { orders: { maxConnections: 13 } }, services }))).toEqual([
      'orders: with the smallest pools that work, services take 20 of 10 connections in the worst minute, 10 too many.',
    ]);
  });

  it('is which loads lack connections', () => {
    const services = { api: { normal: 8, most: 20, pools: [{ size: 12, load: load(600, 20) }] } };
    expect(textsOf(fleetModel({ servers: { orders: { maxConnections: 50 } }, services }))).toEqual([
      'orders has no room for the pools that loads need: api 2 of 4 connections in each process.',
    ]);
  });

  it('is nothing where all loads fit', () => {
    const services = { api: { normal: 8, pools: [{ size: 12, load: load(600, 20) }] }, worker: { pool: 90 } };
    expect(textsOf(fleetModel({ servers: { orders: { maxConnections: 90 } }, services }))).toEqual([]);
  });
});

it('says whose load cannot be', () => {
  const services = { api: { pools: [{ size: 12, load: load(1e9, 20_000) }] } };
  expect(() => allocateFleet(fleetModel({ servers: { orders: {} }, services }))).toThrow(
    'the load of api: This load needs',
  );
});

describe('a pooler', () => {
  const fleet = (poolsTransactions: boolean) =>
    fleetModel({
      servers: { orders: { maxConnections: 400 }, edge: { counts: 'pooler clients', maxConnections: 1_000 } },
      services: {
        edge: { normal: 2, pool: 150, to: 'orders', pooler: 'edge', poolsTransactions },
        api: { normal: 10, pools: [{ to: 'edge', size: 20, load: load(600, 20) }] },
        worker: { normal: 10, pools: [{ to: 'edge', size: 20, load: load(200, 90) }] },
      },
    });

  it('that lends connections for a transaction needs what its clients ask for together, in each of its instances', () => {
    const together: Workload = { scope: 'fleet', arrivalRatePerSecond: 800, meanMs: (600 * 20 + 200 * 90) / 800 };
    const { connectionLimit } = sizePool({ workload: together, fleet: { instances: 2 } });
    expect(poolOf(fleet(true), 'edge')).toMatchObject({ connectionLimit, limitedBy: 'need' });
  });

  it('in session mode keeps its size: it holds a connection for each client', () => {
    expect(poolOf(fleet(false), 'edge')).toMatchObject({ connectionLimit: 150, limitedBy: 'declared' });
  });
});

it('takes a total that a governor divides for what it is', () => {
  const model = fleetModel({
    servers: { orders: { maxConnections: 133 } },
    services: { governed: { normal: 4, most: 10, pool: 50, dividedTotal: 100 }, cron: { pool: 90 } },
  });
  expect(sizesOf(model)).toEqual({ 'governed at orders': 10, 'cron at orders': 30 });
  expect(poolOf(model, 'governed')).toMatchObject({ quota: 100, mostInstances: 10, limitedBy: 'declared' });
});

it('says what of each server is taken and left', () => {
  const model = fleetModel({
    servers: { orders: { maxConnections: 103 }, audit: { maxConnections: 'unknown' } },
    services: { api: { normal: 4, pool: 10 }, log: { normal: 2, pool: 5, to: 'audit' } },
  });
  expect(allocateFleet(model).servers).toEqual([
    { server: 'orders', usable: 100, worst: 40, left: 60, isBest: true },
    { server: 'audit', worst: 10, isBest: true },
  ]);
});

it('counts a job only at the times at which it runs', () => {
  const nightly = (hour: number): Partial<ShortService> => ({
    pool: 60,
    runs: { kind: 'schedule', cron: `0 ${hour} * * *`, lastsMs: 600_000, overlaps: false },
  });
  const model = fleetModel({
    servers: { orders: { maxConnections: 103 } },
    services: { api: { pool: 60 }, backup: nightly(2), report: nightly(4) },
  });
  expect(sizesOf(model)).toEqual({ 'api at orders': 47, 'backup at orders': 53, 'report at orders': 53 });
});

it('says what one more connection is worth, and what it takes', () => {
  const model = fleetModel({
    servers: { orders: { maxConnections: 43 } },
    services: { api: { normal: 5, surge: 3, pools: [{ size: 10, load: load(400, 50) }] } },
  });
  const { next } = poolOf(model, 'api') ?? {};
  expect(next?.connections).toBe(8);
  expect(next?.waitMeanMs.after).toBeLessThan(next?.waitMeanMs.now ?? 0);
  expect(next?.waitP99Ms.after).toBeLessThan(next?.waitP99Ms.now ?? 0);
});
