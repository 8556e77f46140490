import { expect, it } from 'vitest';
import { factorSteps } from '../../../src/simulate/incidents.ts';
import type { Incident } from '../../../src/simulate/model.ts';
import type { ArrivalLaw } from '../../../src/traffic/arrival-law.ts';
import { arrivalsOf } from '../../../src/traffic/arrivals.ts';
import { RandomStream } from '../../../src/traffic/random.ts';

function times(law: ArrivalLaw, untilMs: number, incidents: readonly Incident[] = []): number[] {
  const arrivals = arrivalsOf(law, factorSteps(incidents, 'more-load'), new RandomStream(1, 0));
  const moments: number[] = [];
  for (let moment = arrivals.next(); moment < untilMs; moment = arrivals.next()) moments.push(moment);
  return moments;
}

const between = (moments: readonly number[], fromMs: number, toMs: number) =>
  moments.filter((moment) => moment >= fromMs && moment < toMs).length;

/** Variance over mean of the counts in bins. */
function dispersion(moments: readonly number[], binMs: number, untilMs: number): number {
  const counts = new Array(Math.floor(untilMs / binMs)).fill(0);
  for (const moment of moments) counts[Math.floor(moment / binMs)] += 1;
  const mean = moments.length / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length / mean;
}

it('paces arrivals at equal distances', () => {
  expect(times({ kind: 'paced', ratePerSecond: 10 }, 550)).toEqual([100, 200, 300, 400, 500]);
});

it('lets Poisson arrivals come at their rate and disperse as much as Poisson counts do', () => {
  const moments = times({ kind: 'poisson', ratePerSecond: 200 }, 1e6);
  expect(moments.length).toBeGreaterThan(200_000 - 3 * Math.sqrt(200_000));
  expect(moments.length).toBeLessThan(200_000 + 3 * Math.sqrt(200_000));
  expect(dispersion(moments, 1_000, 1e6)).toBeCloseTo(1, 0);
});

it.each([
  [3, 200, 1_400],
  [10, 50, 450],
  [0.2, 500, 500],
])('keeps the mean rate with bursts of %d times the quiet rate for %d of every %d ms', (factor, burstMs, quietMs) => {
  const law = { kind: 'bursty', ratePerSecond: 200, factor, burstMs, quietMs } as const;
  const moments = times(law, 2e6);
  expect(moments.length / 2_000 / 200).toBeCloseTo(1, 1);
  expect(dispersion(moments, 1_000, 2e6)).toBeGreaterThan(3);
});

it('sends batches at one moment', () => {
  const moments = times({ kind: 'batches', ratePerSecond: 100, size: 4 }, 1e5);
  expect(moments.length).toBeGreaterThan(9_000);
  for (let index = 0; index + 3 < moments.length; index += 4) expect(moments[index + 3]).toBe(moments[index]);
  expect(new Set(moments).size).toBe(Math.ceil(moments.length / 4));
});

it('repeats a trace as recorded, then nothing more comes', () => {
  expect(times({ kind: 'trace', timesMs: [5, 7, 7, 30] }, 1_000)).toEqual([5, 7, 7, 30]);
});

it.each<ArrivalLaw>([
  { kind: 'poisson', ratePerSecond: 100 },
  { kind: 'paced', ratePerSecond: 100 },
  { kind: 'batches', ratePerSecond: 100, size: 3 },
  { kind: 'bursty', ratePerSecond: 100, factor: 4, burstMs: 10, quietMs: 30 },
  { kind: 'trace', timesMs: Array.from({ length: 30_000 }, (_, index) => index * 10) },
])('brings 2.5 times as many requests of %o while there is more load, and as many as ever afterwards', (law) => {
  const moments = times(law, 300_000, [{ kind: 'more-load', fromMs: 100_000, toMs: 200_000, factor: 2.5 }]);
  expect(between(moments, 0, 100_000) / 10_000).toBeCloseTo(1, 1);
  expect(between(moments, 100_000, 200_000) / 25_000).toBeCloseTo(1, 1);
  expect(between(moments, 200_000, 300_000) / 10_000).toBeCloseTo(1, 1);
});

it('sends nothing while the load is 0 times as much', () => {
  const moments = times({ kind: 'poisson', ratePerSecond: 100 }, 3_000, [
    { kind: 'more-load', fromMs: 1_000, toMs: 2_000, factor: 0 },
  ]);
  expect(between(moments, 1_000, 2_000)).toBe(0);
  expect(between(moments, 2_000, 3_000)).toBeGreaterThan(50);
});
