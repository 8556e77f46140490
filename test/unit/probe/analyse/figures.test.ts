import { describe, expect, it } from 'vitest';
import { coarseBuckets } from '../../../../src/probe/analyse/buckets.ts';
import { loopFigures, probeRun, rampLevel } from '../../../../src/probe/analyse/figures.ts';
import type { StepPlan } from '../../../../src/probe/load/model.ts';
import { holdDistribution } from '../../../../src/queueing/distribution.ts';
import { fitHistogram } from '../../../../src/queueing/fit/fit-measured.ts';
import { HdrHistogram } from '../../../../src/stats/hdr/hdr-histogram.ts';
import { holdSampler } from '../../../../src/traffic/holds.ts';
import { RandomStream } from '../../../../src/traffic/random.ts';
import { planOf } from '../../../helpers/fake-load.ts';
import { known } from '../../../helpers/known.ts';
import { runOf, simulatedRun, stepRun } from './runs.ts';

const open: StepPlan = {
  pool: { connectionLimit: 10, queueLimit: 5, connectTimeoutMs: 1_000 },
  load: { kind: 'open', arrivals: { kind: 'poisson', ratePerSecond: 400 } },
  warmupMs: 1_000,
  durationMs: 10_000,
  seed: 1,
  threads: 1,
};
const closed: StepPlan = { ...open, load: { kind: 'closed', workers: 12 } };

const hasOnlyNumbers = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(hasOnlyNumbers);
};

describe('buckets of hold times', () => {
  it.each([
    [
      'constant, with a stall',
      {
        kind: 'mixture',
        parts: [
          { share: 0.999, law: { kind: 'constant', meanMs: 5 } },
          { share: 0.001, law: { kind: 'constant', meanMs: 5_000 } },
        ],
      },
    ],
    ['nearly constant', { kind: 'lognormal', medianMs: 5, sigma: 0.01 }],
    ['exponential', { kind: 'exponential', meanMs: 2 }],
    ['with a heavy tail', { kind: 'lognormal', medianMs: 2, sigma: 2 }],
    ['very short', { kind: 'exponential', meanMs: 0.02 }],
  ] as const)('of a law that is %s are few, gapless, and keep mean and spread', (_, law) => {
    const histogram = new HdrHistogram();
    const draw = holdSampler(law as never, new RandomStream(1, 1));
    for (let index = 0; index < 50_000; index += 1) histogram.record(Math.max(1, draw() * 1_000));
    const buckets = coarseBuckets(histogram);
    expect(buckets.length).toBeLessThanOrEqual(200);
    expect(buckets.slice(1).every(({ fromMs }, index) => fromMs === buckets[index]?.toMs)).toBe(true);
    expect(buckets.every(({ fromMs, toMs }) => fromMs < toMs)).toBe(true);
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(50_000);
    const coarse = holdDistribution(fitHistogram({ buckets }).law);
    const scv = (histogram.standardDeviation / histogram.mean) ** 2;
    expect(Math.abs(coarse.meanMs / (histogram.mean / 1_000) - 1)).toBeLessThan(0.02);
    expect(Math.abs(coarse.scv - scv)).toBeLessThan(0.03 * scv + 0.002);
    expect(coarse.quantile(0.99) / (histogram.valueAt(0.99) / 1_000)).toBeCloseTo(1, 1);
  });

  it('are none where nothing was measured', () => {
    expect(coarseBuckets(new HdrHistogram())).toEqual([]);
  });
});

describe('a run', () => {
  const run = simulatedRun({
    ...{ connections: 10, ratePerSecond: 400, seconds: 10, seed: 3 },
    hold: { kind: 'exponential', meanMs: 20 },
  });

  it('has all that was measured, in ms', () => {
    const { pool, loop, wantedPerSecond, waitMs, meanWaitMs, p99WaitMs, serviceMs, totalMs } = probeRun(
      '10',
      open,
      run,
    );
    expect({ pool, loop, wantedPerSecond }).toEqual({
      pool: { connectionLimit: 10, queueLimit: 5 },
      loop: 'open',
      wantedPerSecond: 400,
    });
    expect(serviceMs.mean).toBeCloseTo(20, -1);
    expect(waitMs.mean).toBeCloseTo(known(meanWaitMs).value, 1);
    expect(waitMs.p99).toBe(p99WaitMs?.value);
    expect(totalMs.mean).toBeCloseTo(known(waitMs.mean) + known(serviceMs.mean), 1);
  });

  it('carries its histograms in a form from which they come back', () => {
    const { histogramsUs } = probeRun('10', open, run);
    expect(HdrHistogram.decode(histogramsUs.wait).valueAt(0.99)).toBe(run.histogramsUs.wait.valueAt(0.99));
  });

  it('of several rounds counts all of them', () => {
    const both = probeRun('10', open, [run, { ...run, failed: { deadlock: 2 } }, { ...run, failed: { deadlock: 1 } }]);
    expect(both.completed).toBe(3 * run.completed);
    expect(both.failed).toEqual({ deadlock: 3 });
    expect(both.waitMs.count).toBe(3 * run.histogramsUs.wait.count);
  });

  it('without a request has no NaN, and survives JSON', () => {
    const empty = probeRun('10', open, stepRun());
    expect(hasOnlyNumbers(empty)).toBe(true);
    expect(empty).not.toHaveProperty('connectMs');
    expect(JSON.parse(JSON.stringify(empty))).toEqual(empty);
  });

  it('wants the mean of a rate that changes, as far as it counts', () => {
    const load = {
      ...open.load,
      kind: 'open',
      arrivals: { kind: 'paced', ratePerSecond: 100 },
      rates: [
        { fromMs: 0, factor: 0 },
        { fromMs: 6_000, factor: 2 },
      ],
    } as const;
    // Of the window from 1 to 11 s, the first half has none and the second twice the rate.
    expect(probeRun('10', { ...open, load }, run).wantedPerSecond).toBe(100);
    // A run that was cut after 6 s saw one second of them.
    const cut = { ...run, measuredMs: 6_000, cutShort: true };
    expect(probeRun('10', { ...open, load }, cut).wantedPerSecond).toBeCloseTo(200 / 6);
    expect(probeRun('10', closed, run)).not.toHaveProperty('wantedPerSecond');
  });

  it("is not trusted where poolctl's own delay is in the percentiles", () => {
    const late = stepRun(run);
    const lag = new HdrHistogram();
    lag.record(200_000, 1_000);
    const spoilt = { ...late, histogramsUs: { ...late.histogramsUs, lag } };
    expect(probeRun('10', open, run).trustworthy).toBe(true);
    expect(probeRun('10', open, spoilt).trustworthy).toBe(false);
  });

  it('in a closed loop is not trusted where the event loop was full; an open one may spin', () => {
    const busy = { ...run, client: { ...run.client, eventLoopUtilization: 1, cpuPerSecond: 1 } };
    expect(probeRun('10', closed, busy).trustworthy).toBe(false);
    expect(probeRun('10', open, busy).trustworthy).toBe(true);
  });
});

describe('a level of a ramp', () => {
  it('says who was at its limit as far as it can see, and whether its rounds were steady', () => {
    const steady = Array.from({ length: 40 }, () => 100);
    const full = { eventLoopUtilization: 0.98, cpuPerSecond: 0.7 };
    const starved = { eventLoopUtilization: 0.8, cpuPerSecond: 0.15 };
    expect(rampLevel(4, [runOf(steady)])).toMatchObject({ boundBy: 'pool', steady: true, rounds: 1 });
    expect(rampLevel(4, [runOf(steady, full)])?.boundBy).toBe('client');
    expect(rampLevel(4, [runOf(steady, starved)], { isServerHere: true })?.boundBy).toBe('host');
    expect(rampLevel(4, [runOf(steady, starved)])?.boundBy).toBe('pool');
    expect(rampLevel(4, [runOf(steady.map((count, index) => count - 2 * index))])?.steady).toBe(false);
  });

  it('has its throughput from the rounds, and its percentiles from all of them', () => {
    const figures = loopFigures([100, 110, 120].map((count) => runOf(Array.from({ length: 20 }, () => count))));
    expect(figures.throughputPerSecond.value).toBeCloseTo(2_200, 5);
    expect(figures).toMatchObject({ completed: 6_600, failed: 0 });
    expect(figures.serviceP50Ms).toBeCloseTo(2, 2);
  });
});

it('is over capacity where most of its rounds were: in one, a queue may grow to the end by chance', () => {
  const plan = planOf({ load: { kind: 'open', arrivals: { kind: 'poisson', ratePerSecond: 60 } } });
  const over = (...rounds: readonly boolean[]) =>
    probeRun(
      '',
      plan,
      rounds.map((overCapacity) => ({ ...runOf([3, 3]), overCapacity })),
    ).overCapacity;
  expect([over(true), over(false, true, false), over(true, true, false)]).toEqual([true, false, true]);
});
