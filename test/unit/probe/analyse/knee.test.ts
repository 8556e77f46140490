import { describe, expect, it } from 'vitest';
import { findRampKnee, rampOf, rampUsl } from '../../../../src/probe/analyse/knee.ts';
import { peakOf, responseTimeMsAtConcurrency, throughputAtConcurrency } from '../../../../src/scalability/usl-curve.ts';
import { RandomStream } from '../../../../src/traffic/random.ts';
import { level } from './runs.ts';

// The tables of probe.md 2.5: measured with 48 workers, medians of three rounds.
const client = (eventLoopUtilization: number, cpuPerSecond: number) => ({
  client: { eventLoopUtilization, cpuPerSecond, lagP99Ms: 0 },
  ...(eventLoopUtilization > 0.9 && cpuPerSecond > 0.5 && { boundBy: 'client' as const }),
});
const cpuBound = [
  level(1, 1_037, 0.88, 1.4),
  level(2, 1_939, 0.94, 1.6),
  level(3, 2_258, 1.16, 2.4),
  level(4, 2_024, 1.77, 3.9),
  level(8, 2_263, 3.1, 6.8),
  level(16, 2_270, 6.5, 13.1),
  level(32, 2_119, 13.2, 24.5, { ...client(0.79, 0.15), boundBy: 'host' }),
];
const pointSelect = [
  level(1, 4_549, 0.157, 0.446, client(0.44, 0.51)),
  level(2, 12_501, 0.115, 0.376, client(0.75, 0.6)),
  level(3, 13_966, 0.142, 0.529, client(0.92, 0.5)),
  level(4, 15_661, 0.184, 0.61, client(0.94, 0.5)),
  level(6, 19_622, 0.245, 0.679, client(0.98, 0.65)),
  level(8, 19_884, 0.321, 0.864, client(0.97, 0.6)),
  level(16, 15_565, 0.812, 2.328, client(0.99, 0.65)),
  level(32, 16_851, 1.508, 3.381, client(0.99, 0.7)),
  level(48, 15_901, 1.572, 3.958, client(1, 0.78)),
];
const sleeping = [
  level(1, 172, 5.8, 6),
  level(2, 346, 5.7, 6),
  level(4, 689, 5.7, 6),
  level(8, 1_392, 5.6, 6),
  level(16, 2_736, 5.6, 6),
  level(32, 5_530, 5.6, 6),
  level(48, 7_635, 5.7, 6),
];

describe('the knee', () => {
  it('of a query that needs the processors is where these are all busy, and the server has the limit', () => {
    expect(findRampKnee(cpuBound)).toMatchObject({
      connectionLimit: 3,
      throughputPerSecond: 2_258,
      limitedBy: 'server',
    });
  });

  it('is told with the figures that say so', () => {
    expect(findRampKnee(cpuBound).reason).toBe(
      '3 connections do 2258/s, and 32 do 2119/s, while the service time goes from 1.16 ms to 13.2 ms (p95 2.4 ms to 24.5 ms).',
    );
  });

  it("is poolctl's own where its event loop was full, and not the server's", () => {
    const knee = findRampKnee(pointSelect);
    expect(knee).toMatchObject({ connectionLimit: 6, limitedBy: 'client' });
    expect(knee.reason).toContain('poolctl itself was at its limit with 6 (event loop 98 % busy, 0.65 cores used)');
  });

  it('is not there where the work only waits, and the largest size is not taken for it', () => {
    const knee = findRampKnee(sleeping);
    expect(knee).toMatchObject({ limitedBy: 'none' });
    expect(knee).not.toHaveProperty('connectionLimit');
    expect(knee.reason).toContain('from 32 to 48 connections throughput rose from 5530/s to 7635/s');
    expect(knee.reason).toContain('only a rate can size this pool');
  });

  it('is the slots where the guard allowed no more', () => {
    const knee = findRampKnee(sleeping, { mostConnections: 48 });
    expect(knee.limitedBy).toBe('slots');
    expect(knee.reason).toContain('The guard allows no more than 48 connections here');
  });

  it('does not buy throughput with three times the service time', () => {
    // MariaDB's point selects of the same table: 23 % more at 48 than at 6, at twelve times the p95 of an idle server.
    const knee = findRampKnee([
      level(1, 4_771, 0.149, 0.415),
      level(2, 13_702, 0.105, 0.336),
      level(3, 19_528, 0.113, 0.348),
      level(4, 20_537, 0.132, 0.491),
      level(6, 22_964, 0.176, 0.658),
      level(8, 22_559, 0.23, 0.953),
      level(16, 26_017, 0.45, 1.675),
      level(32, 26_149, 0.911, 3.353),
      level(48, 28_241, 1.193, 4.071),
    ]);
    expect(knee.connectionLimit).toBe(6);
    expect(knee.reason).toContain('48 connections did 23 % more, at 12.1 times the service time');
  });

  it('is not the first size only because rounds differ by half', () => {
    const wide = { throughputPerSecond: { value: 2_000, low: 500, high: 3_500 } };
    const knee = findRampKnee([
      level(1, 500, 2, 3),
      level(2, 1_000, 2, 3),
      level(4, 2_000, 2, 3, wide),
      level(8, 2_000, 4, 6, wide),
    ]);
    expect(knee.connectionLimit).toBe(4);
  });

  it('may lie below the smallest size that was measured, and says so', () => {
    const beyond = cpuBound.filter(({ connectionLimit }) => connectionLimit >= 8);
    expect(findRampKnee(beyond).reason).toContain('fewer than 8 may do as much');
    expect(findRampKnee(cpuBound).reason).not.toContain('fewer than');
  });

  it.each([
    ['locks', { lockWaitRatio: 0.6 }],
    ['network', { roundTripMs: 12 }],
    ['server', { lockWaitRatio: 0.1, roundTripMs: 0.1 }],
  ] as const)('is said to come from the %s', (limitedBy, facts) => {
    expect(findRampKnee(cpuBound, facts).limitedBy).toBe(limitedBy);
  });

  it('says so where server and poolctl share the processors', () => {
    const starved = cpuBound.map((entry) =>
      entry.connectionLimit >= 3 ? { ...entry, ...client(0.79, 0.15), boundBy: 'host' as const } : entry,
    );
    expect(findRampKnee(starved)).toMatchObject({ connectionLimit: 3, limitedBy: 'host' });
  });

  it('is not looked for where nothing was completed', () => {
    expect(findRampKnee([])).toEqual({ limitedBy: 'none', reason: 'No step of the ramp completed a request.' });
    expect(findRampKnee([level(1, 0, 0, 0)]).connectionLimit).toBeUndefined();
  });

  it('has the most throughput per time beside it (Kleinrock)', () => {
    expect(findRampKnee(cpuBound).power).toBe(2);
    expect(findRampKnee(sleeping).power).toBe(48);
  });
});

const sizes = [1, 2, 4, 8, 16, 32, 64];

describe.each([4, 8, 12, 16, 24])('of a scalability law with its peak at %d', (peak) => {
  const curve = { singleThroughputPerSecond: 500, contention: 0.02, coherency: 0.98 / peak ** 2 };

  it('is within a step of the smallest size that is within 5 % of the peak, whatever the noise of 2 %', () => {
    const most = peakOf(curve)?.throughputPerSecond ?? 0;
    const first = sizes.findIndex((size) => throughputAtConcurrency(curve, size) >= 0.95 * most);
    const near = sizes.filter((_, index) => first < 0 || Math.abs(index - first) <= 1);
    for (let seed = 0; seed < 20; seed += 1) {
      const random = new RandomStream(seed, 0);
      const levels = sizes.map((size) => {
        const time = responseTimeMsAtConcurrency(curve, size);
        return level(size, throughputAtConcurrency(curve, size) * (1 + 0.02 * random.normal()), time, 1.5 * time);
      });
      expect(near).toContain(findRampKnee(levels).connectionLimit);
    }
  });
});

describe('the scalability law of a ramp', () => {
  const curve = { singleThroughputPerSecond: 500, contention: 0.05, coherency: 0.002 };
  const levels = sizes.map((size) =>
    level(size, throughputAtConcurrency(curve, size), responseTimeMsAtConcurrency(curve, size), 5),
  );

  it('is found from six levels and more, whatever one connection alone did', () => {
    const odd = levels.map((entry) => (entry.connectionLimit === 1 ? level(1, 90, 11, 12) : entry));
    const usl = rampUsl(odd);
    expect(usl?.contention).toBeCloseTo(0.05, 5);
    expect(usl?.coherency).toBeCloseTo(0.002, 6);
    expect(rampUsl(levels.slice(0, -1))).toBeUndefined();
  });

  it('is left out where it does not describe what was measured', () => {
    const noise = sizes.map((size, index) => level(size, index % 2 === 0 ? 1_000 : 300, 2, 4));
    expect(rampUsl(noise)).toBeUndefined();
  });
});

describe('a ramp', () => {
  it('says from which size on the server was at its limit', () => {
    const ramp = rampOf([...cpuBound].reverse(), 48, 3);
    expect(ramp.levels.map(({ connectionLimit, boundBy }) => `${connectionLimit} ${boundBy}`)).toEqual([
      '1 pool',
      '2 pool',
      '3 server',
      '4 server',
      '8 server',
      '16 server',
      '32 host',
    ]);
  });
});
