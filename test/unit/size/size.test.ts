import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolctlError, type SizeInput, sizePool } from '../../../src/index.ts';

const at = (tps: number, p95Ms: number, more: SizeInput = {}) =>
  sizePool({ ...more, workload: { arrivalRatePerSecond: tps, p95Ms, ...more.workload } });
const codes = ({ warnings }: { warnings: readonly { code: string }[] }) => warnings.map(({ code }) => code);

describe('the formula: TPS x seconds held, plus headroom, rounded up to two digits', () => {
  it.each([
    [200, 300, 0.5, 60, 90, 50],
    [50, 200, 0.5, 10, 15, 8],
    [500, 300, 0.3, 150, 200, 110],
    [0.1, 10, 0.5, 0.001, 1, 1],
    [1_000, 500, 0.5, 500, 750, 410],
    [823, 1_000, 0.5, 823, 1_300, 720],
  ])(
    '%d TPS x %d ms with %d headroom: %d in use, connectionLimit %d, queueLimit %d',
    (tps, p95Ms, headroomRatio, load, connectionLimit, queueLimit) => {
      const result = at(tps, p95Ms, { rule: { headroomRatio } });
      expect(result.load?.offeredLoad).toBeCloseTo(load, 9);
      expect(result).toMatchObject({ connectionLimit, queueLimit, limitedBy: 'demand' });
    },
  );

  it('recommends an acquire timeout of 30 s and a connect timeout of 10 s', () => {
    expect(at(200, 300)).toMatchObject({ acquireTimeoutMs: 30_000, connectTimeoutMs: 10_000 });
  });

  it.each([
    [50, 30],
    [20, 10],
    [19, 10],
    [1, 1],
  ])('takes a queue for %d connections to be %d', (connectionLimit, queueLimit) => {
    expect(sizePool({ preset: { connectionLimit } }).queueLimit).toBe(queueLimit);
  });

  it('sizes by the mean or the hold time when one is known, not by the p95', () => {
    expect(at(200, 300, { workload: { meanMs: 120 } })).toMatchObject({ connectionLimit: 36 });
    expect(at(200, 300, { workload: { holdMs: 100 } })).toMatchObject({ connectionLimit: 30 });
  });

  it('adds the round trip to the time held', () => {
    expect(at(200, 300, { workload: { roundTripMs: 50 } }).load).toMatchObject({ holdTimeMs: 350, offeredLoad: 70 });
  });

  it('adds the connections of batch jobs on top of the headroom', () => {
    expect(at(200, 300, { workload: { batchJobs: 10 } }).connectionLimit).toBe(100);
  });

  it('divides the load of a fleet over its instances, and of an instance over its processes', () => {
    const fleet = { instances: 3 };
    expect(at(600, 300, { fleet, workload: { scope: 'fleet' } }).connectionLimit).toBe(90);
    expect(at(200, 300, { fleet: { processesPerInstance: 4 } })).toMatchObject({ connectionLimit: 23 });
  });

  it('refuses a load that no server can have, naming the units', () => {
    expect(() => at(1e9, 1e6)).toThrow(/no server has that many/);
  });
});

describe('the formula for any load', () => {
  const tps = fc.double({ min: 0.01, max: 5_000, noNaN: true });
  const p95 = fc.double({ min: 0.1, max: 20_000, noNaN: true });

  // Each run also asks the model, which takes some ms.
  const few = { numRuns: 25 };

  it('leaves at least the headroom, and rounds up by less than 10 % or one connection', () => {
    fc.assert(
      fc.property(tps, p95, (rate, ms) => {
        const exact = ((rate * ms) / 1_000) * 1.5;
        const { connectionLimit: answer, connectionLimitByFormula: connectionLimit = answer } = at(rate, ms);
        return (
          answer >= connectionLimit &&
          connectionLimit >= exact * (1 - 1e-9) &&
          connectionLimit <= Math.max(exact + 1, exact * 1.1)
        );
      }),
      few,
    );
  });

  it('needs the same pool for k times the rate at 1/k of the time', () => {
    fc.assert(
      fc.property(
        tps,
        p95,
        fc.constantFrom(2, 4, 8),
        (rate, ms, k) => at(rate * k, ms / k).connectionLimit === at(rate, ms).connectionLimit,
      ),
      few,
    );
  });

  it('never answers a smaller pool for more load', () => {
    fc.assert(
      fc.property(tps, p95, (rate, ms) => at(rate * 1.1, ms).connectionLimit >= at(rate, ms).connectionLimit),
      few,
    );
  });

  it('survives JSON: no NaN, no infinity, nothing undefined', () => {
    fc.assert(
      fc.property(tps, p95, fc.integer({ min: 1, max: 500 }), (rate, ms, maxConnections) => {
        const result = at(rate, ms, { server: { maxConnections } });
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      }),
      few,
    );
  });
});

describe('a deadline', () => {
  it('lowers the acquire timeout to what the slowest hundredth of the holds leaves of it', () => {
    expect(at(200, 300, { deadlineMs: 2_000, workload: { p50Ms: 80, p99Ms: 900 } }).acquireTimeoutMs).toBe(1_100);
    // Of a p95 alone the p99 is a guess: a lognormal of cv 1 has it at 1.763 times the p95.
    expect(at(200, 300, { deadlineMs: 3_000 }).acquireTimeoutMs).toBe(Math.floor(3_000 - 300 * 1.7634));
  });

  it('below the slowest holds leaves the acquire timeout what the usual ones do not take, and says so where they are known', () => {
    expect(at(200, 300, { deadlineMs: 400 }).acquireTimeoutMs).toBe(100);
    const tight = at(200, 300, { deadlineMs: 800, workload: { p50Ms: 80, p99Ms: 900 } });
    expect(tight.acquireTimeoutMs).toBe(500);
    expect(codes(tight)).toContain('DEADLINE_BELOW_P99');
  });

  it('that leaves less than a login takes is told', () => {
    expect(codes(at(200, 300, { deadlineMs: 305 }))).toContain('TIMEOUT_BELOW_LOGIN');
    expect(codes(at(200, 300, { deadlineMs: 1_000 }))).not.toContain('TIMEOUT_BELOW_LOGIN');
  });

  it('does not raise the acquire timeout', () => {
    expect(at(200, 300, { deadlineMs: 60_000 }).acquireTimeoutMs).toBe(30_000);
  });

  it('is refused when it is over before the work is done', () => {
    expect(() => at(200, 300, { deadlineMs: 300 })).toThrow(/is over before/);
  });
});

describe('the model', () => {
  const p50 = { workload: { p50Ms: 80 } };

  it('says what the formula’s pool will do: hardly used, and nobody waits', () => {
    const { outlook } = at(200, 300, p50);
    expect(outlook?.hold.meanMs).toBeCloseTo(110.5, 1);
    expect(outlook?.prediction.utilization).toBeCloseTo(22.1 / 90, 2);
    expect(outlook?.prediction.p99WaitMs).toBe(0);
    expect(outlook?.firesFirst.first).toBe('queueLimit');
    expect(outlook?.capacityPerSecond).toBeCloseTo(90 / 0.1104, -1);
  });

  it('takes the smallest pool within the targets: one less misses one of them', () => {
    const workload = { arrivalRatePerSecond: 200, meanMs: 110, p95Ms: 300 };
    const { connectionLimit, limitedBy, outlook } = sizePool({ workload, method: 'model' });
    expect(limitedBy).toBe('model');
    expect(connectionLimit).toBe(outlook?.smallest?.connectionLimit);
    expect(outlook?.smallest?.decidedBy.length).toBeGreaterThan(0);
    const within = (fixed: number) => {
      const { prediction, targets } = sizePool({ workload, fixed: { connectionLimit: fixed } }).outlook ?? {};
      return (
        (prediction?.p99WaitMs ?? Number.POSITIVE_INFINITY) <= (targets?.maxWaitP99Ms ?? 0) &&
        (prediction?.utilization ?? 1) <= (targets?.maxUtilization ?? 0)
      );
    };
    expect(within(connectionLimit)).toBe(true);
    expect(within(connectionLimit - 1)).toBe(false);
  });

  it('gives a range where the mean is not known, and one number where it is', () => {
    const { range } = at(200, 300).outlook?.smallest ?? {};
    expect(range?.low).toBeLessThan(30);
    expect(range?.high).toBeGreaterThan(60);
    expect(at(200, 300, p50).outlook?.smallest?.range?.high).toBeGreaterThan(30);
    expect(at(200, 300, { workload: { meanMs: 110, p50Ms: 80 } }).outlook?.smallest?.range).toBeUndefined();
  });

  it('asks for more connections when less waiting is allowed', () => {
    const sizes = [5, 50, 500].map(
      (maxWaitP99Ms) =>
        at(200, 300, { ...p50, targets: { maxWaitP99Ms, maxUtilization: 1 } }).outlook?.smallest?.connectionLimit ?? 0,
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(new Set(sizes).size).toBe(3);
  });

  it('raises the queue of the rule where that would refuse good traffic of a small pool', () => {
    const workload = { arrivalRatePerSecond: 50, meanMs: 200, p50Ms: 100 };
    const raised = sizePool({ workload });
    expect(raised).toMatchObject({ connectionLimit: 15, queueLimitByRule: 8 });
    expect(raised.queueLimit).toBeGreaterThan(8);
    const { rejectedRatio = 1, timedOutRatio = 1 } = raised.outlook?.prediction ?? {};
    expect(rejectedRatio + timedOutRatio).toBeLessThanOrEqual(0.001);
    const fixed = sizePool({ workload, fixed: { connectionLimit: 15, queueLimit: 8 } });
    expect(codes(fixed)).toContain('QUEUE_TOO_SHORT');
    expect(fixed.outlook?.leastQueueLimit).toBe(raised.queueLimit);
    // Too few connections are not the queue's fault.
    expect(codes(sizePool({ workload, fixed: { connectionLimit: 10, queueLimit: 5 } }))).not.toContain(
      'QUEUE_TOO_SHORT',
    );
  });

  it('keeps the queue between what normal running needs and what is served within the deadline', () => {
    const { queueBounds, queueLimit, acquireTimeoutMs } = at(200, 300, { ...p50, deadlineMs: 350, method: 'model' });
    expect(acquireTimeoutMs).toBe(50);
    expect(queueLimit).toBeLessThanOrEqual(queueBounds?.most ?? 0);
    expect(at(200, 300, { ...p50, deadlineMs: 3_000 })).toMatchObject({ queueLimit: 50 });
  });

  it('asks for more connections the longer bursts last, and never for more than at the rate of the burst', () => {
    const smallest = (tps: number, burst?: { factor: number; burstMs: number; quietMs: number }) => {
      const { outlook } = sizePool({ workload: { arrivalRatePerSecond: tps, meanMs: 110, ...(burst && { burst }) } });
      return outlook?.smallest?.connectionLimit ?? 0;
    };
    const lengths = [20, 200, 2_000, 20_000].map((burstMs) =>
      smallest(200, { factor: 3, burstMs, quietMs: 7 * burstMs }),
    );
    const all = [smallest(200), ...lengths, smallest(480)];
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(new Set(lengths).size).toBe(4);
  });

  it('says where it is rough: bursts with holds that vary much, and bursts of batches', () => {
    const burst = { factor: 3, burstMs: 200, quietMs: 1_400 };
    const says = (more: object) => codes(sizePool({ workload: { arrivalRatePerSecond: 200, meanMs: 110, ...more } }));
    expect(says({ burst })).not.toContain('BURSTS_ARE_ROUGH');
    expect(says({ burst, p50Ms: 20 })).toContain('BURSTS_ARE_ROUGH');
    expect(says({ burst, batchSize: 5 })).toContain('BURSTS_ARE_ROUGH');
    expect(says({ batchSize: 5 })).not.toContain('BURSTS_ARE_ROUGH');
  });

  it('takes measured hold times as they are', () => {
    const sortedMs = Array.from({ length: 1_000 }, (_, index) => 50 + index / 10);
    const { load, outlook } = sizePool({
      workload: { arrivalRatePerSecond: 200, measured: { kind: 'samples', sortedMs } },
    });
    expect(load?.holdTimeBasis).toBe('measured');
    expect(load?.offeredLoad).toBeCloseTo(200 * 0.09995, 3);
    expect(outlook?.hold).toMatchObject({ family: 'samples', basis: '1000 samples', isAssumed: false });
  });
});

describe('nested acquisition', () => {
  it('raises the pool to T x (C - 1) + 1 when T requests run together', () => {
    // HikariCP, About Pool Sizing: 3 threads of 4 connections need 10, 8 of 3 need 17.
    const nested = (connectionsPerRequest: number, concurrentRequests: number) =>
      at(1, 10, { workload: { connectionsPerRequest, concurrentRequests } });
    expect(nested(4, 3)).toMatchObject({ connectionLimit: 10, limitedBy: 'deadlock-floor', deadlock: { floor: 10 } });
    expect(nested(3, 8)).toMatchObject({ connectionLimit: 17, deadlock: { floor: 17 } });
  });

  it('tells an event loop how many requests its pool allows: floor((c - 1) / (C - 1))', () => {
    const result = at(200, 300, { workload: { connectionsPerRequest: 3 } });
    expect(result.connectionLimit).toBe(270);
    expect(result.deadlock).toMatchObject({ boundedByCaller: false, concurrentRequests: 134 });
    expect(codes(result)).toContain('NESTED_ACQUISITION');
  });

  it('is not spoken of when requests hold one connection', () => {
    expect(at(200, 300).deadlock).toBeUndefined();
  });
});

describe('the check against the server', () => {
  const seed = at(200, 300, { fleet: { instances: 3 }, server: { name: 'mysql', maxConnections: 151 } });

  it('answers no to 90 x 3 = 270 on MySQL with 151, and says what fits and what that costs', () => {
    expect(seed.budget).toMatchObject({ fits: false, availableConnections: 151, largestConnectionLimit: 50 });
    const { capacityPerSecond = 0, leastCapacityPerSecond = 0, carriesTheLoad } = seed.shortfall?.cost ?? {};
    expect(capacityPerSecond).toBeCloseTo(50 / 0.10787, -1);
    expect(leastCapacityPerSecond).toBeLessThan(50 / 0.3);
    expect(carriesTheLoad).toBe(true);
  });

  it('names levers with numbers: hold time, instances, max_connections, a transaction pooler', () => {
    expect(seed.shortfall?.levers).toEqual([
      { kind: 'smallest-pool', connectionLimit: seed.outlook?.smallest?.connectionLimit, isEstimate: true },
      { kind: 'hold-time', holdTimeMs: 166 },
      { kind: 'instances', instances: 1 },
      { kind: 'max-connections', maxConnections: 270 },
      { kind: 'transaction-pooler', serverConnections: expect.any(Number), fits: false },
    ]);
  });

  it('prices the largest pool that fits by the mean hold time, where it is known', () => {
    const known = { workload: { p50Ms: 80 }, fleet: { instances: 3 }, server: { maxConnections: 151 } };
    const { cost, levers } = at(200, 300, known).shortfall ?? {};
    expect(cost?.capacityPerSecond).toBeCloseTo(50 / 0.1105, -1);
    expect(cost?.carriesTheLoad).toBe(true);
    expect(levers?.find(({ kind }) => kind === 'transaction-pooler')).toMatchObject({ fits: true });
  });

  it('lets the model recommend within the budget, and names what binds', () => {
    expect(seed.recommendation).toMatchObject({ binding: 'demand', verdict: 'demand', lever: { kind: 'none' } });
    const tight = at(200, 300, { workload: { p50Ms: 80 }, fleet: { instances: 3 }, server: { maxConnections: 69 } });
    expect(tight.recommendation).toMatchObject({ connections: 23, binding: 'budget' });
    expect(tight.recommendation?.lever.kind).toBe('raise-budget');
    const hopeless = at(200, 300, { workload: { p50Ms: 80 }, fleet: { instances: 3 }, server: { maxConnections: 30 } });
    expect(hopeless.recommendation?.verdict).toBe('cannot-be-served');
    expect(hopeless.shortfall?.levers.map(({ kind }) => kind)).not.toContain('smallest-pool');
  });

  it('counts reserved slots and others into the max_connections it asks for', () => {
    const server = { maxConnections: 100, reserved: [{ name: 'superuser', connections: 3 }], otherConnections: 20 };
    const lever = at(200, 300, { server }).shortfall?.levers.find(({ kind }) => kind === 'max-connections');
    expect(lever).toMatchObject({ maxConnections: 90 + 3 + 20 });
  });

  it('says that a deploy without surge would fit, when only the surge does not', () => {
    const result = at(200, 300, { fleet: { instances: 1, surgeRatio: 1 }, server: { maxConnections: 151 } });
    expect(result.shortfall?.levers).toContainEqual({ kind: 'no-surge', connections: 90 });
  });

  it('names a hold time with which the fleet fits, and a tenth more does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 20, max: 400 }), (instances, maxConnections) => {
        const fleet = { instances };
        const server = { maxConnections };
        const lever = at(200, 300, { fleet, server }).shortfall?.levers.find(({ kind }) => kind === 'hold-time');
        if (lever?.kind !== 'hold-time') return true;
        const largest = Math.floor(maxConnections / instances);
        const byFormula = (p95Ms: number) => {
          const { connectionLimit, connectionLimitByFormula = connectionLimit } = at(200, p95Ms, { fleet, server });
          return connectionLimitByFormula;
        };
        return byFormula(lever.holdTimeMs) <= largest && byFormula(lever.holdTimeMs * 1.1 + 1) > largest;
      }),
      { numRuns: 25 },
    );
  });

  it('warns when only the usual surge of a rolling deploy does not fit, unless a surge was given', () => {
    const server = { maxConnections: 300 };
    expect(codes(at(200, 300, { fleet: { instances: 3 }, server }))).toContain('ROLLOUT_NOT_COUNTED');
    expect(codes(at(200, 300, { fleet: { instances: 3, surgeRatio: 0 }, server }))).not.toContain(
      'ROLLOUT_NOT_COUNTED',
    );
    expect(codes(at(200, 300, { fleet: { instances: 3 }, server: { maxConnections: 360 } }))).not.toContain(
      'ROLLOUT_NOT_COUNTED',
    );
  });
});

it('does not count on slots that PostgreSQL keeps for superusers, when the server is not named', () => {
  const fits = (maxConnections: number, more = {}) => codes(at(200, 300, { server: { maxConnections, ...more } }));
  expect(fits(92)).toContain('RESERVED_NOT_COUNTED');
  expect(fits(93)).not.toContain('RESERVED_NOT_COUNTED');
  expect(fits(92, { reserved: [] })).not.toContain('RESERVED_NOT_COUNTED');
});

describe('what a user would miss', () => {
  const asked = { rule: { acquireTimeoutMs: 30_000 } };

  it('the queue refuses long before an acquire timeout that somebody asked for fires', () => {
    const warning = at(200, 300, asked).warnings.find(({ code }) => code === 'QUEUE_DECIDES_FIRST');
    expect(warning?.message).toBe(
      'Place 50 of the queue behind 90 connections held for 300 ms waits about 167 ms, so the acquire timeout of 30 s only fires when the database hangs.',
    );
  });

  it('nothing about the acquire timeout that poolctl sets itself', () => {
    expect(codes(at(200, 300, { workload: { meanMs: 300 } }))).toEqual([]);
  });

  it('percentiles too far apart for one kind of request are two kinds', () => {
    const tail = { workload: { p50Ms: 10, p95Ms: 30, p99Ms: 900 } };
    expect(codes(at(200, 30, tail))).toContain('HOLDS_OF_TWO_KINDS');
    expect(codes(at(200, 300, { workload: { p50Ms: 80, p99Ms: 500 } }))).not.toContain('HOLDS_OF_TWO_KINDS');
  });

  it('the timeout fires first when connections are held for very long', () => {
    const result = at(10, 60_000);
    expect(codes(result)).toContain('TIMEOUT_DECIDES_FIRST');
    expect(codes(result)).not.toContain('QUEUE_DECIDES_FIRST');
  });

  it('30 s is beyond patience, unless the deadline says what callers wait', () => {
    expect(codes(at(200, 300, asked))).toContain('TIMEOUT_BEYOND_PATIENCE');
    expect(codes(at(200, 300, { deadlineMs: 3_000 }))).not.toContain('TIMEOUT_BEYOND_PATIENCE');
  });

  it('a p95 alone leaves the load open, more percentiles tell, and a mean is the load', () => {
    expect(at(200, 300).load?.meanLoad.low).toBeCloseTo(15.5, 1);
    expect(at(200, 300).load?.meanLoad.estimate).toBeCloseTo(21.6, 1);
    expect(at(200, 300, { workload: { p50Ms: 80 } }).load?.meanLoad.estimate).toBeCloseTo(22.1, 1);
    expect(codes(at(200, 300))).toContain('LOAD_UNCERTAIN');
    expect(codes(at(200, 300, { workload: { p50Ms: 80 } }))).toContain('LOAD_UNCERTAIN');
    const known = codes(at(200, 300, { workload: { p50Ms: 80, p99Ms: 519 } }));
    expect(known).toContain('LOAD_OVERSTATED');
    expect(known).not.toContain('LOAD_UNCERTAIN');
    const byMean = codes(at(200, 300, { workload: { meanMs: 110 } }));
    expect(byMean.filter((code) => code.startsWith('LOAD_'))).toEqual([]);
  });

  it('a p95 understates the load where a few requests take very long, and the answer is raised for them', () => {
    const result = at(200, 5, { workload: { p50Ms: 5, p99Ms: 5_000 } });
    expect(codes(result)).toContain('LOAD_UNDERSTATED');
    expect(codes(result)).not.toContain('LOAD_OVERSTATED');
    expect(result).toMatchObject({ limitedBy: 'targets', connectionLimitByFormula: 2 });
    expect(result.connectionLimit).toBeGreaterThan(31);
    expect(result.outlook?.demand.isMet).toBe(true);
  });

  it('times and pools that are likely a slip of the unit', () => {
    expect(codes(at(200, 300_000))).toContain('INPUT_UNLIKELY');
    expect(codes(at(2_000, 500))).toContain('INPUT_UNLIKELY');
    expect(codes(at(200, 5))).not.toContain('INPUT_UNLIKELY');
  });

  it('cores and disks bound the active connections of the server, never the pool', () => {
    const result = at(200, 300, { hardware: { cores: 4, spindles: 1 } });
    expect(result).toMatchObject({ activeConnectionsBound: 9, connectionLimit: 90 });
    expect(codes(result)).toContain('SERVER_IS_THE_LIMIT');
    expect(codes(at(200, 300, { hardware: { cores: 64 } }))).not.toContain('SERVER_IS_THE_LIMIT');
  });

  it("a profile's limit differs from what the measured load asks for", () => {
    const result = at(500, 300, { preset: { connectionLimit: 90, queueLimit: 50, acquireTimeoutMs: 20_000 } });
    expect(result).toMatchObject({ connectionLimit: 230, acquireTimeoutMs: 20_000 });
    expect(codes(result)).toContain('PRESET_DIFFERS');
  });
});

describe('bad input of a library caller', () => {
  it('is told what to give', () => {
    expect(() => sizePool()).toThrow(PoolctlError);
    const wrong = [
      { workload: { arrivalRatePerSecond: Number.NaN, p95Ms: 300 } },
      { workload: { arrivalRatePerSecond: 1, p95Ms: 1 }, fleet: { instances: 2.5 } },
      { workload: { arrivalRatePerSecond: 1, p95Ms: 1 }, fleet: { balancer: 'rr' } },
      { workload: { arrivalRatePerSecond: 1, p95Ms: 1 }, method: 'foo' },
    ] as SizeInput[];
    for (const input of wrong) {
      expect(() => sizePool(input)).toThrow(
        expect.objectContaining({ code: 'VALUE_INVALID', hint: expect.any(String) }),
      );
    }
  });

  it.each<[string, SizeInput]>([
    ['nothing', {}],
    ['a rate of 0', { workload: { arrivalRatePerSecond: 0, p95Ms: 300 } }],
    ['a rate that is NaN', { workload: { arrivalRatePerSecond: Number.NaN, p95Ms: 300 } }],
    ['an infinite time', { workload: { arrivalRatePerSecond: 1, p95Ms: Number.POSITIVE_INFINITY } }],
    ['half an instance', { workload: { arrivalRatePerSecond: 1, p95Ms: 1 }, fleet: { instances: 0.5 } }],
    ['a negative surge', { workload: { arrivalRatePerSecond: 1, p95Ms: 1 }, fleet: { surgeRatio: -1 } }],
    [
      'fewer instances at most than normally',
      { preset: { connectionLimit: 1 }, fleet: { instances: 3, maxInstances: 2 } },
    ],
    ['a queue ratio of 0', { preset: { connectionLimit: 1 }, rule: { queueRatio: 0 } }],
    [
      'more reserved than there is',
      {
        preset: { connectionLimit: 1 },
        server: { maxConnections: 100, reserved: [{ name: 'reserved', connections: 200 }] },
      },
    ],
    ['max_connections of 0', { preset: { connectionLimit: 1 }, server: { maxConnections: 0 } }],
  ])('%s is refused with a PoolctlError', (_case, input) => {
    expect(() => sizePool(input)).toThrow(PoolctlError);
  });
});

it('explains every step with its inputs, their sources and the source of the rule', () => {
  const { because } = sizePool({
    workload: { arrivalRatePerSecond: 200, p95Ms: 300 },
    sources: { 'workload.p95Ms': '--p95' },
  });
  expect(because[0]).toMatchObject({
    formula: 'TPS × seconds held',
    inputs: [
      { value: 200, unit: 'perSecond', source: 'given' },
      { value: 300, unit: 'ms', source: '--p95' },
    ],
    result: { value: 60 },
  });
  for (const step of because) expect(step.source).not.toBe('');
});

it('estimates memory per engine from the typical cost of a connection', () => {
  const cost = {
    engine: 'postgres',
    typicalBytes: 5 * 2 ** 20,
    lowBytes: 2 ** 20,
    highBytes: 10 * 2 ** 20,
    source: 'x',
  };
  const { memory } = at(200, 300, { fleet: { instances: 3 }, memory: [cost] });
  expect(memory?.[0]).toMatchObject({ engine: 'postgres', normalBytes: 270 * 5 * 2 ** 20 });
});

describe('no recommendation that its own model condemns', () => {
  const rate = fc.double({ min: 0.1, max: 3_000, noNaN: true });
  const time = fc.double({ min: 0.5, max: 3_000, noNaN: true });

  it('keeps the default targets, for any rate and mean', () => {
    fc.assert(
      fc.property(rate, time, (arrivalRatePerSecond, meanMs) => {
        const { outlook } = sizePool({ workload: { arrivalRatePerSecond, meanMs } });
        return outlook?.demand.isMet === true;
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the targets that were given, with a deadline as well', () => {
    fc.assert(
      fc.property(
        rate,
        time,
        fc.double({ min: 1.5, max: 20, noNaN: true }),
        fc.constantFrom(0.1, 0.01, 0.0001),
        (arrivalRatePerSecond, meanMs, factor, maxLossRatio) => {
          const { outlook, connectionLimit } = sizePool({
            workload: { arrivalRatePerSecond, meanMs, p95Ms: meanMs * 2 },
            deadlineMs: meanMs * 2 * factor + 2,
            targets: { maxLossRatio },
          });
          return connectionLimit === 1_000_000 || outlook?.demand.isMet === true;
        },
      ),
      { numRuns: 200 },
    );
  });

  it('says what a pool of one’s own misses, and leaves it as it is', () => {
    const workload = { arrivalRatePerSecond: 100, meanMs: 5 };
    const own = sizePool({ workload, fixed: { connectionLimit: 1, queueLimit: 1 } });
    expect(own).toMatchObject({ connectionLimit: 1, queueLimit: 1, limitedBy: 'given' });
    const [loss] = own.outlook?.demand.missed ?? [];
    // M/M/1/2 at load 0.5: (1 - r) r^2 / (1 - r^3) = 1/7.
    expect(loss?.target).toBe('loss');
    expect(loss?.expected).toBeCloseTo(1 / 7, 6);
    expect(sizePool({ workload })).toMatchObject({
      connectionLimit: 3,
      connectionLimitByFormula: 1,
      limitedBy: 'targets',
    });
  });

  it('has ranges that contain their estimate', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 500, noNaN: true }),
        time,
        fc.option(fc.double({ min: 1.01, max: 20, noNaN: true })),
        (tps, p95Ms, wider) => {
          const workload = { arrivalRatePerSecond: tps, p95Ms, ...(wider !== null && { p50Ms: p95Ms / wider }) };
          const { prediction, predictionRange, smallest } = sizePool({ workload }).outlook ?? {};
          const { low, high } = predictionRange ?? {};
          if (!prediction || !low || !high || !smallest?.range) return false;
          const figures = [
            'utilization',
            'waitProbability',
            'rejectedRatio',
            'timedOutRatio',
            'meanWaitMs',
            'p95WaitMs',
            'p99WaitMs',
          ] as const;
          const isWithin = figures.every(
            (name) =>
              (low[name] ?? 0) <= (prediction[name] ?? Infinity) && (prediction[name] ?? 0) <= (high[name] ?? Infinity),
          );
          const { connectionLimit, range } = smallest;
          return isWithin && range.low <= connectionLimit && connectionLimit <= range.high;
        },
      ),
      { numRuns: 300 },
    );
  });

  it('by the model is for the heavy end of what the figures allow', () => {
    // The slow requests that a p95 hides: needs 12 connections where all take 50 ms, and the centre of the guess is 7.
    expect(at(200, 50, { method: 'model' }).connectionLimit).toBeGreaterThanOrEqual(12);
    const known = sizePool({ workload: { arrivalRatePerSecond: 200, meanMs: 50 }, method: 'model' });
    expect(known.connectionLimit).toBe(known.outlook?.smallest?.connectionLimit);
  });
});

describe('what a probe proved', () => {
  const workload = { arrivalRatePerSecond: 200, meanMs: 25 };
  const proved = { connectionLimit: 10, queueLimit: 20, acquireTimeoutMs: 2_000, ratePerSecond: 200, isProved: true };

  it('is the answer at the rate it was proved for, with its queue and timeout', () => {
    expect(sizePool({ workload, proved })).toMatchObject({
      ...{ connectionLimit: 10, queueLimit: 20, acquireTimeoutMs: 2_000, limitedBy: 'proved' },
    });
    expect(codes(sizePool({ workload, proved }))).not.toContain('PROBE_DIFFERS');
  });

  it('is raised where the targets need more', () => {
    const few = { ...proved, connectionLimit: 6 };
    expect(sizePool({ workload, proved: few }).connectionLimit).toBe(
      sizePool({ workload, method: 'model' }).connectionLimit,
    );
  });

  it('is not answered with less without a word: for another rate, or where it was not proved', () => {
    expect(codes(sizePool({ workload: { ...workload, arrivalRatePerSecond: 60 }, proved }))).toContain('PROBE_DIFFERS');
    expect(codes(sizePool({ workload, proved: { ...proved, isProved: false } }))).toContain('PROBE_DIFFERS');
  });
});
