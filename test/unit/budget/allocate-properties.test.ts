import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateFleet } from '../../../src/budget/allocate.ts';
import { poolClaims } from '../../../src/budget/allocation/claims.ts';
import { divide } from '../../../src/budget/allocation/divide.ts';
import { addLack, compareLack, noLack } from '../../../src/budget/allocation/lack.ts';
import { FleetLimits } from '../../../src/budget/allocation/limits.ts';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import type { BudgetServer, BudgetService, FleetModel } from '../../../src/budget/model.ts';
import { sizePool } from '../../../src/size/size.ts';
import type { Workload } from '../../../src/size/workload.ts';
import { fleetModel } from '../../helpers/fleet.ts';
import { randomFleet } from '../../helpers/random-fleet.ts';

const fleets = randomFleet({ services: 8, largestPool: 20 });
const runs = { numRuns: 20 };

const keyOf = (service: string, server: string) => `${service} at ${server}`;

/** The fleet with the sizes that were allocated. */
function resized(model: FleetModel): FleetModel {
  const sizes = new Map(
    allocateFleet(model).pools.map((pool) => [keyOf(pool.service, pool.server), pool.connectionLimit]),
  );
  const services = model.services.map((service) => ({
    ...service,
    pools: service.pools.map((pool) => {
      const value = sizes.get(keyOf(service.name, pool.to)) ?? Number.NaN;
      return { ...pool, size: { kind: 'known' as const, value } };
    }),
  }));
  return { ...model, services };
}

const withRoom = (model: FleetModel, more: number): FleetModel => ({
  ...model,
  servers: model.servers.map((server): BudgetServer => {
    const { limit } = server;
    return limit.kind === 'unknown'
      ? server
      : { ...server, limit: { ...limit, maxConnections: limit.maxConnections + more } };
  }),
});

describe('whatever the fleet, the allocation', () => {
  it('fits every server that its floors fit, by the arithmetic of the budget', () => {
    fc.assert(
      fc.property(fleets, (model) => {
        const tooSmall = new Set(allocateFleet(model).doesNotFit?.map(({ server }) => server));
        for (const { name, fits, shares } of judgeFleet(resized(model)).servers) {
          const unused = shares.length === 0 ? 'unknown' : 'yes';
          expect(fits, name).toBe(tooSmall.has(name) ? 'no' : unused);
        }
      }),
      runs,
    );
  });

  it('gives no pool less than its floor, or more than its load or its owner asks for', () => {
    fc.assert(
      fc.property(fleets, (model) => {
        const { pools } = allocateFleet(model);
        for (const { name, pools: own } of model.services) {
          const row = pools.find(({ service }) => service === name);
          const floor = Math.max(...own.map(({ nested }) => nested));
          const most = Math.max(
            floor,
            ...own.map(({ load, size }) => (load || size.kind !== 'known' ? 0 : size.value)),
          );
          expect(row?.connectionLimit).toBeGreaterThanOrEqual(floor);
          expect(row?.connectionLimit).toBeLessThanOrEqual(Math.max(most, row?.wanted ?? 0));
        }
      }),
      runs,
    );
  });

  it('says of each size what sizePool says of it', () => {
    const times = fc.oneof(
      fc.record({ meanMs: fc.double({ min: 1, max: 200, noNaN: true }) }),
      fc.record({ p95Ms: fc.double({ min: 1, max: 200, noNaN: true }) }),
      fc.record({
        p50Ms: fc.double({ min: 1, max: 50, noNaN: true }),
        p95Ms: fc.double({ min: 60, max: 300, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(
        times,
        fc.double({ min: 5, max: 500, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        (hold, rate, room) => {
          const workload: Workload = { scope: 'fleet', arrivalRatePerSecond: rate, ...hold };
          const fleet = { instances: 2 };
          const pools = [{ size: 5, load: { workload, from: 'fleet.yaml' } }];
          const model = fleetModel({
            servers: { a: { maxConnections: 2 * room + 3 } },
            services: { s: { normal: 2, pools } },
          });
          const [pool] = allocateFleet(model).pools;
          const { connectionLimit } = sizePool({ workload, fleet });
          const size = Math.min(room, connectionLimit);
          const { queueLimit, acquireTimeoutMs } = sizePool({ workload, fleet, fixed: { connectionLimit: size } });
          expect(pool).toMatchObject({ connectionLimit: size, wanted: connectionLimit, queueLimit, acquireTimeoutMs });
        },
      ),
      runs,
    );
  });

  it('gives each service a quota that it keeps in its own worst minute', () => {
    fc.assert(
      fc.property(fleets, (model) => {
        const { pools } = allocateFleet(model);
        for (const { name, server, worst } of judgeFleet(resized(model)).services) {
          const row = pools.find((pool) => pool.service === name && pool.server === server);
          expect(row?.quota).toBe(worst.connections);
        }
      }),
      runs,
    );
  });

  it('gives services that are alike the same, or one more', () => {
    fc.assert(
      fc.property(fleets, fc.integer({ min: 2, max: 4 }), (model, copies) => {
        const [first] = model.services;
        fc.pre(first !== undefined);
        const { release: _, ...alone } = first;
        const twins = Array.from(
          { length: copies },
          (__, index): BudgetService => ({ ...alone, name: `twin${index}` }),
        );
        const { pools } = allocateFleet({ ...model, services: [...model.services, ...twins] });
        for (const { to } of alone.pools) {
          const sizes = pools
            .filter(({ service, server }) => service.startsWith('twin') && server === to)
            .map(({ connectionLimit }) => connectionLimit);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
      runs,
    );
  });

  it('is no worse with more room, where it is the best', () => {
    const dividedOf = (model: FleetModel) => {
      const groups = divide(poolClaims(model, new FleetLimits(model)));
      const lack = groups.reduce(
        (total, { claims, division }) =>
          claims.reduce((sum, claim) => addLack(sum, claim.lackAt(division.sizeOf(claim))), total),
        noLack,
      );
      return { lack, isBest: groups.every(({ isBest }) => isBest) };
    };
    fc.assert(
      fc.property(fleets, fc.integer({ min: 1, max: 12 }), (model, more) => {
        const [tight, roomy] = [dividedOf(model), dividedOf(withRoom(model, more))];
        fc.pre(tight.isBest && roomy.isBest);
        expect(compareLack(roomy.lack, tight.lack)).toBeLessThanOrEqual(0);
      }),
      runs,
    );
  });
});
