import fc from 'fast-check';
import type { FleetModel } from '../../src/budget/model.ts';
import { fleetModel, type ShortPool, type ShortServer, type ShortService } from './fleet.ts';

/** Fleets of two servers: loads or none, priorities, surges, releases, one setting for both servers, old instances counted. */
export function randomFleet({
  services,
  largestPool,
}: {
  readonly services: number;
  readonly largestPool: number;
}): fc.Arbitrary<FleetModel> {
  const pool = fc
    .record({
      to: fc.constantFrom('a', 'b'),
      size: fc.integer({ min: 1, max: largestPool }),
      nested: fc.constantFrom(1, 1, 1, 2),
      priority: fc.constantFrom(1, 1, 2, 10),
      busy: fc.option(fc.double({ min: 0.1, max: largestPool / 2, noNaN: true })),
      meanMs: fc.constantFrom(2, 20, 300),
      isOnBoth: fc.constantFrom(false, false, false, true),
    })
    .map((drawn) => drawn);
  const service = fc
    .record({
      normal: fc.integer({ min: 1, max: 6 }),
      scaled: fc.integer({ min: 0, max: 6 }),
      surge: fc.constantFrom<NonNullable<ShortService['surge']>>(0, 1, '25%', '100% down'),
      processes: fc.constantFrom(1, 1, 2),
      release: fc.constantFrom(undefined, undefined, 'shop'),
      pool,
    })
    .map(({ scaled, release, pool: { busy, meanMs, isOnBoth, ...own }, ...rest }): ShortService => {
      const arrivalRatePerSecond = ((busy ?? 0) * rest.normal * rest.processes * 1_000) / meanMs;
      const one: ShortPool = {
        ...own,
        ...(busy !== null && {
          load: { workload: { scope: 'fleet', arrivalRatePerSecond, meanMs }, from: 'fleet.yaml' },
        }),
      };
      const pools = isOnBoth ? ['a', 'b'].map((to) => ({ ...one, to, setting: 'poolSize' })) : [one];
      return { ...rest, most: rest.normal + scaled, pools, ...(release !== undefined && { release }) };
    });
  const server = fc.record<ShortServer>({
    maxConnections: fc.integer({ min: 20, max: 60 * services }),
    countsTerminating: fc.boolean(),
  });
  return fc
    .record({
      servers: fc.record({ a: server, b: server }),
      services: fc.array(service, { minLength: 1, maxLength: services }),
      rolloutsAtOnce: fc.constantFrom<FleetModel['rolloutsAtOnce']>(1, 1, 2, 'all'),
    })
    .map(({ services: drawn, ...rest }) =>
      fleetModel({ ...rest, services: Object.fromEntries(drawn.map((one, index) => [`s${index}`, one])) }),
    );
}
