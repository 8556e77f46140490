import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizePool } from '../../../src/index.ts';
import { driverEffects } from '../../../src/size/driver-effects.ts';
import type { DriverExcess, DriverUse } from '../../../src/size/driver-facts.ts';
import { simulatedLoad } from '../../../src/size/simulated-load.ts';

const driver = (facts: Partial<DriverUse> = {}): DriverUse => ({ name: 'a driver', ...facts });
const timedOut: DriverExcess = {
  by: 'timed-out-query',
  option: 'query_timeout',
  prevented: 'statement_timeout',
  most: 'unbounded',
};
const opens = (atOnce: 'all' | 'one', loginRoundTrips = 4) => ({ when: 'as-needed' as const, atOnce, loginRoundTrips });

describe('the most sessions on the server', () => {
  // Seen with pg 8.23.1: max 1, queries of 4 s, six of them timed out.
  it('counts the queries that run on after a time limit of the client: 7 where a query of 4 s may take 600 ms', () => {
    const { sessions } = driverEffects(driver({ exceeds: [timedOut], slowQueryMs: 4_000 }), {
      connectionLimit: 1,
      queryTimeoutMs: 600,
    });
    expect(sessions.connections).toBe(7);
  });

  it('counts none of them where the server ends queries itself', () => {
    const use = driver({ exceeds: [timedOut], slowQueryMs: 4_000, optionsSet: ['statement_timeout'] });
    expect(driverEffects(use, { connectionLimit: 5, queryTimeoutMs: 600 }).sessions.connections).toBe(5);
  });

  it('counts none while queries end within their limit, and names the way where the times are not known', () => {
    const scene = { connectionLimit: 5, queryTimeoutMs: 600 };
    expect(driverEffects(driver({ exceeds: [timedOut], slowQueryMs: 500 }), scene).sessions.connections).toBe(5);
    const { sessions } = driverEffects(driver({ exceeds: [timedOut] }), scene);
    expect(sessions).toMatchObject({ connections: 5, beyond: [{ by: 'timed-out-query', isCounted: false }] });
  });

  it('counts cancels and an overflow where the option that makes them is set, or where it takes none', () => {
    const exceeds: DriverExcess[] = [
      { by: 'cancel', option: 'abort', most: 'limit' },
      { by: 'overflow', most: 3 },
    ];
    const at = (optionsSet: string[]) =>
      driverEffects(driver({ exceeds, optionsSet }), { connectionLimit: 10 }).sessions.connections;
    expect(at([])).toBe(13);
    expect(at(['abort'])).toBe(23);
  });

  it('says that nothing bounds them, and keeps the number of what is bounded', () => {
    const exceeds: DriverExcess[] = [{ by: 'forgotten', most: 'unbounded' }];
    expect(driverEffects(driver({ exceeds }), { connectionLimit: 10 }).sessions).toMatchObject({
      connections: 10,
      isUnbounded: true,
    });
  });

  it('is a minimum above the limit, where the driver keeps one', () => {
    const exceeds: DriverExcess[] = [{ by: 'minimum', most: 'limit' }];
    const use = driver({ exceeds, minIdle: 3 });
    expect(driverEffects(use, { connectionLimit: 1 }).sessions.connections).toBe(3);
    expect(driverEffects(use, { connectionLimit: 5 }).sessions.connections).toBe(5);
  });
});

describe('the time until the pool is open', () => {
  it('is one login where all are opened at once, and as many as connections where one is', () => {
    const scene = { connectionLimit: 10, roundTripMs: 50 };
    const at = (atOnce: 'all' | 'one') =>
      driverEffects(driver({ opens: opens(atOnce), serverLoginMs: 5 }), scene).opening?.openMs;
    expect(at('all')).toBe(205);
    expect(at('one')).toBe(2_050);
  });

  it('adds the pause that the driver makes after each, but for the last', () => {
    const use = driver({ opens: { ...opens('one'), pauseMs: 30 }, serverLoginMs: 5 });
    expect(driverEffects(use, { connectionLimit: 10 }).opening?.openMs).toBe(320);
  });

  it('adds what logins under way together take from each other', () => {
    const use = driver({ opens: opens('all'), serverLoginMs: 5, furtherLoginMs: 4 });
    expect(driverEffects(use, { connectionLimit: 10 }).opening?.openMs).toBe(41);
  });

  it('has a bound after an outage where the driver pauses, and an expected time where the pauses are random', () => {
    const again = (own: object, connectionLimit = 10) =>
      driverEffects(driver({ opens: { ...opens('all'), ...own } }), { connectionLimit }).opening?.afterOutage;
    expect(again({})).toBeUndefined();
    expect(again({ retryPauseMs: 500 })).toEqual({ atMostMs: 500 });
    const random = { retryPauseMs: 20_000, retryPauseLeastMs: 10_000 };
    // One connection: the mean square of the pauses over twice their mean.
    expect(again(random, 1)?.meanMs).toBeCloseTo(7_778, -1);
    // 4,000 simulated outages: 15.27 s.
    expect(again(random)?.meanMs).toBeGreaterThan(15_000);
    expect(again(random)?.meanMs).toBeLessThan(15_500);
    expect(again(random, 1_000)?.meanMs).toBeLessThan(20_000);
  });

  it('is left out where the round trips of a login are not known', () => {
    const use = driver({ opens: { when: 'start', atOnce: 'one' } });
    expect(driverEffects(use, { connectionLimit: 10 })).not.toHaveProperty('opening');
  });
});

describe('connections long after a burst', () => {
  const left = (use: Partial<DriverUse>, inUse = 3.2) =>
    driverEffects(driver(use), { connectionLimit: 10, inUse }).idleAfterBurst;

  it('are all of them, what load and minimum need, or only what the load needs', () => {
    expect(left({ idles: { keeps: 'all' } })).toBe(10);
    expect(left({ idles: { keeps: 'all', mostIdle: 2 } })).toBe(6);
    expect(left({ idles: { keeps: 'all', mostIdle: 8 } })).toBe(10);
    expect(left({ idles: { keeps: 'used' } })).toBe(4);
    expect(left({ idles: { keeps: 'used' }, minIdle: 6 })).toBe(6);
    expect(left({ idles: { keeps: 'used' }, minIdle: 'limit' })).toBe(10);
    expect(left({ idles: { keeps: 'none' }, minIdle: 6 })).toBe(4);
  });

  it('are fewer with an idle timeout that counts', () => {
    expect(left({ idles: { keeps: 'all', withIdleTimeout: 'used' }, setsIdleTimeout: true })).toBe(4);
    expect(left({ idles: { keeps: 'all', withIdleTimeout: 'all' }, setsIdleTimeout: true })).toBe(10);
  });
});

describe('for any driver', () => {
  const excess = fc.record(
    {
      by: fc.constantFrom<DriverExcess['by']>('timed-out-query', 'cancel', 'overflow', 'minimum', 'forgotten'),
      most: fc.oneof(fc.nat(100), fc.constantFrom('limit' as const, 'unbounded' as const)),
      option: fc.constantFrom('a', 'b'),
      prevented: fc.constantFrom('b', 'c'),
    },
    { requiredKeys: ['by', 'most'] },
  );
  const use = fc.record(
    {
      name: fc.constant('any'),
      exceeds: fc.array(excess, { maxLength: 4 }),
      opens: fc.constantFrom(opens('all'), opens('one', 0)),
      idles: fc.record({ keeps: fc.constantFrom('used' as const, 'all' as const, 'none' as const) }),
      minIdle: fc.oneof(fc.nat(50), fc.constant('limit' as const)),
      optionsSet: fc.subarray(['a', 'b', 'c']),
      serverLoginMs: fc.nat(1_000),
      slowQueryMs: fc.integer({ min: 1, max: 1e6 }),
    },
    { requiredKeys: ['name'] },
  );
  const scene = fc.record(
    { connectionLimit: fc.integer({ min: 1, max: 1_000 }), roundTripMs: fc.nat(500), queryTimeoutMs: fc.nat(1e5) },
    { requiredKeys: ['connectionLimit'] },
  );

  it('nothing is below the limit, nothing shrinks with a larger pool, and all of it survives JSON', () => {
    fc.assert(
      fc.property(use, scene, (any, given) => {
        const small = driverEffects(any, given);
        const large = driverEffects(any, { ...given, connectionLimit: given.connectionLimit + 1 });
        expect(small.sessions.connections).toBeGreaterThanOrEqual(given.connectionLimit);
        expect(small.idleAfterBurst ?? 0).toBeLessThanOrEqual(given.connectionLimit);
        expect(large.sessions.connections).toBeGreaterThanOrEqual(small.sessions.connections);
        expect(large.opening?.openMs ?? 0).toBeGreaterThanOrEqual(small.opening?.openMs ?? 0);
        expect(large.idleAfterBurst ?? 0).toBeGreaterThanOrEqual(small.idleAfterBurst ?? 0);
        expect(JSON.parse(JSON.stringify(small))).toEqual(small);
      }),
    );
  });
});

describe('sizePool with a driver', () => {
  const workload = { arrivalRatePerSecond: 200, meanMs: 50, roundTripMs: 50 };
  const size = (use: Partial<DriverUse>, more = {}) => sizePool({ workload, driver: driver(use), ...more });
  const codes = (use: Partial<DriverUse>, more = {}) => size(use, more).warnings.map(({ code }) => code);

  it('adds one round trip to each hold, and one more for each of the driver’s own', () => {
    expect(size({}).load).toMatchObject({ holdTimeMs: 100, roundTripMs: 50 });
    expect(size({ checkout: { roundTrips: 2 } }).load).toMatchObject({
      holdTimeMs: 200,
      roundTripMs: 150,
      roundTrips: 3,
    });
    expect(size({ checkout: { roundTrips: 2 } }).connectionLimit).toBe(60);
  });

  it('simulates the same holds', () => {
    const input = { workload, driver: driver({ checkout: { roundTrips: 2 } }) };
    expect(simulatedLoad(input, sizePool(input).load)?.meanLoad).toBeCloseTo(40, 6);
  });

  it('changes nothing else: without round trips the settings are those without a driver', () => {
    const { driver: _, because, warnings, ...sized } = size({ checkout: { roundTrips: 0 }, opens: opens('one') });
    const { because: __, warnings: ___, ...plain } = sizePool({ workload });
    expect(sized).toEqual(plain);
  });

  it('counts connections that ended instances keep on top of a rolling deploy, where the driver waits for them', () => {
    const fleet = { instances: 4, surgeRatio: 0.25 };
    const ends = (held: 'waits' | 'closes') => size({ ends: { held, waiting: 'refuses' } }, { fleet }).driver?.fleet;
    expect(ends('waits')).toEqual({ normal: 120, rollout: 170, ending: 20 });
    expect(ends('closes')).toEqual({ normal: 120, rollout: 150, ending: 0 });
    const terminating = { ...fleet, worstFactor: 2 };
    const { driver: all } = size({ ends: { held: 'waits', waiting: 'refuses' } }, { fleet: terminating });
    expect(all?.fleet).toEqual({ normal: 120, rollout: 210, ending: 60 });
  });

  it('warns where the sessions are more than the server has, and the limits are not', () => {
    const server = { maxConnections: 40, reserved: [] };
    expect(codes({ exceeds: [{ by: 'overflow', most: 20 }] }, { server })).toContain('SESSIONS_BEYOND_BUDGET');
    expect(codes({ exceeds: [{ by: 'overflow', most: 5 }] }, { server })).not.toContain('SESSIONS_BEYOND_BUDGET');
  });

  it('warns where opening takes longer than a request waits', () => {
    const fixed = { acquireTimeoutMs: 1_000 };
    expect(codes({ opens: opens('one') }, { fixed })).toContain('OPENING_TAKES_LONG');
    expect(codes({ opens: opens('all') }, { fixed })).not.toContain('OPENING_TAKES_LONG');
  });

  it('warns where closing the pool loses work, and a roll-out closes pools', () => {
    const fleet = { instances: 4, surgeInstances: 1 };
    const ends = { held: 'waits', waiting: 'never-answers' } as const;
    expect(codes({ ends }, { fleet })).toContain('POOL_END_LOSES_WORK');
    expect(codes({ ends: { ...ends, waiting: 'serves' } }, { fleet })).not.toContain('POOL_END_LOSES_WORK');
    expect(codes({ ends })).not.toContain('POOL_END_LOSES_WORK');
  });

  it.each([
    ['driver.slowQueryMs', { slowQueryMs: -1 }],
    ['driver.checkout.roundTrips', { checkout: { roundTrips: Number.NaN } }],
    ['driver.minIdle', { minIdle: 1.5 }],
  ])('refuses a %s that cannot be', (path, use) => {
    expect(() => size(use)).toThrow(path);
  });
});

it('says on which busy connection a request is put, where the driver does that', () => {
  const of = (lends: DriverUse['lends']) => driverEffects(driver({ ...(lends && { lends }) }), { connectionLimit: 5 });
  expect(of({ order: 'first-in-first-out', sharesBusy: true }).sharesBusy).toBe('in-turn');
  expect(of({ order: 'in-order', sharesBusy: true, busyOrder: 'fewest-requests' }).sharesBusy).toBe('fewest-requests');
  expect(of({ order: 'last-in-first-out' })).not.toHaveProperty('sharesBusy');
});
