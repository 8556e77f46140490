import { describe, expect, it } from 'vitest';
import { differencesOfRounds, differencesOfRuns } from '../../../../src/probe/analyse/differences.ts';
import { probeRun } from '../../../../src/probe/analyse/figures.ts';
import { isBeyondLag, judge } from '../../../../src/probe/analyse/judge.ts';
import type { StepRun } from '../../../../src/probe/load/model.ts';
import type { Difference } from '../../../../src/probe/result.ts';
import { HdrHistogram } from '../../../../src/stats/hdr/hdr-histogram.ts';
import { judgementText } from '../../../../src/views/probe/judgement.ts';
import { planOf } from '../../../helpers/fake-load.ts';
import { histograms, runOf, simulatedRun, stepRun } from './runs.ts';

const plan = planOf({ load: { kind: 'open', arrivals: { kind: 'poisson', ratePerSecond: 60 } } });

function differencesBetween(first: readonly StepRun[], second: readonly StepRun[]): Difference[] {
  const pairs = first.flatMap((run, index) => {
    const other = second[index];
    return other ? [[run, other] as const] : [];
  });
  return differencesOfRounds(pairs, [probeRun('', plan, first), probeRun('', plan, second)]);
}

/** Rounds of 5 s at 60/s with holds of 30 ms, as `--compare` of a minute has them; the same arrivals for each seed. */
const rounds = (connections: number, seeds: readonly number[], seconds = 5) =>
  seeds.map((seed) =>
    simulatedRun({ connections, ratePerSecond: 60, hold: { kind: 'constant', meanMs: 30 }, seconds, seed }),
  );
const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

describe('two settings', () => {
  it('whose waits differ a hundred-fold are told apart in every comparison of a minute', () => {
    for (let from = 1; from <= 100; from += 5) {
      const found = judge(differencesBetween(rounds(2, seeds(from, 5)), rounds(6, seeds(from, 5))), {
        durationMs: 60_000,
      });
      expect(found.better).toBe('second');
      expect(found.by.map(({ name }) => name)).toContain('mean wait');
    }
  });

  it('that are the same are told apart in at most 5 of 100 comparisons', () => {
    let claimed = 0;
    for (let index = 0; index < 200; index += 1) {
      const differences = differencesBetween(rounds(2, seeds(10 * index + 1, 5)), rounds(2, seeds(10 * index + 6, 5)));
      if (judge(differences).better !== undefined) claimed += 1;
    }
    expect(claimed).toBeLessThanOrEqual(10);
  });

  it('of one round each are told apart by the intervals within them', () => {
    const [few, more] = [rounds(2, [1], 20), rounds(6, [1], 20)];
    expect(judge(differencesBetween(few, more)).better).toBe('second');
  });

  it('are judged by what they lose before what they let wait, which is told all the same', () => {
    const waiting = rounds(2, seeds(1, 5));
    const refusing = waiting.map((run) => ({
      ...runOf([10, 10]),
      requests: run.requests,
      completed: Math.round(run.requests * 0.8),
      failed: { 'queue-full': Math.round(run.requests * 0.2) },
    }));
    const found = judge(differencesBetween(refusing, waiting));
    expect(found).toMatchObject({ better: 'second', by: [{ name: 'lost' }] });
  });

  it('have no row for what is 0 in both', () => {
    const names = differencesBetween(rounds(2, seeds(1, 3)), rounds(6, seeds(1, 3))).map(({ name }) => name);
    expect(names).not.toContain('lost');
    expect(names).not.toContain('still waiting');
    expect(names).toContain('had to wait');
  });

  it('one of which does not keep up differ by what still waits at the end', () => {
    const drowned = rounds(2, seeds(1, 5)).map((run) => ({ ...run, requests: 1_000, stillWaiting: 700 }));
    const found = judge(differencesBetween(drowned, rounds(6, seeds(1, 5))));
    expect(found).toMatchObject({ better: 'second', by: [{ name: 'still waiting' }] });
  });
});

const difference = (changes: Partial<Difference>): Difference => ({
  ...{ name: 'mean wait', unit: 'ms', first: 10, second: 11, isReal: false, rounds: 5 },
  difference: { value: 1, low: -2, high: 5 },
  ratio: { value: 1.1, low: 0.8, high: 1.5 },
  ...changes,
});

describe('a difference that is not shown', () => {
  it('comes with the time that would show one, by the intervals seen', () => {
    // Half a width of ln(1.5 / 0.8) / 2 = 0.314, times 1.43 for four cases of five: an effect of 57 %. The width for one of
    // 20 % takes 6 times the time by the root, and less by the t of more rounds.
    const { effect, better } = judge([difference({})], { durationMs: 60_000 });
    expect(better).toBeUndefined();
    expect(effect).toEqual({ name: 'mean wait', shown: 1, next: { effect: 0.2, durationMs: 300_000 } });
  });

  it('is small where the intervals are narrow', () => {
    const { effect } = judge([difference({ ratio: { value: 1, low: 0.95, high: 1.05 } })], { durationMs: 60_000 });
    expect(effect).toEqual({ name: 'mean wait', shown: 0.2 });
  });

  it('needs more than any time where they are very wide', () => {
    const { effect } = judge([difference({ ratio: { value: 1, low: 1e-4, high: 1e4 } })], { durationMs: 60_000 });
    expect(effect).toEqual({ name: 'mean wait' });
  });

  it.each<[ratio: [number, number], text: string]>([
    [[0.8, 1.5], 'In the mean wait, twice as much would have shown. --duration 5m would show one of 20 %.'],
    [[0.88, 1.18], 'In the mean wait, one of 50 % would have shown. --duration 2m would show one of 20 %.'],
    [[0.95, 1.05], 'In the mean wait, one of 20 % would have shown.'],
    [[1e-4, 1e4], 'The mean wait varies too much from round to round to tell, in any time worth waiting.'],
  ])('of a ratio between %j is said so: %s', ([low, high], text) => {
    const judged = judge([difference({ ratio: { value: 1, low, high } })], { durationMs: 60_000 });
    expect(judgementText(judged, ['10/0', '20/0'], 60_000)).toEqual({
      headline: 'no difference shown between 10/0 and 20/0 in 60 s',
      reason: text,
    });
  });
});

it('says which settings wait less, and by how much', () => {
  const shown: Difference[] = [
    difference({
      ...{ first: 68, second: 0.266, isReal: true, difference: { value: -67.7, low: -68, high: -60 } },
      ratio: { value: 0.005, low: 0.002, high: 0.01 },
    }),
    {
      ...{ name: 'had to wait', unit: 'ratio', first: 0.892, second: 0.0175, isReal: true, rounds: 5 },
      difference: { value: -0.875, low: -0.9, high: -0.85 },
    },
  ];
  expect(judgementText(judge(shown, { durationMs: 60_000 }), ['2/∞/∞', '6/12/2 s'], 60_000)).toEqual({
    headline: '6/12/2 s waits less: mean 0.266 ms against 68 ms, 1.75 % against 89.2 % had to wait',
    reason:
      'mean wait −67.7 ms (−99.8 % to −99 %), had to wait −87.5 % (−90 % to −85 %): second less first, with 95 % intervals.',
  });
});

it('does not choose by one figure of three, nor by a difference too small to matter', () => {
  expect(judge([difference({ isReal: true })]).better).toBeUndefined();
  const tiny = [
    difference({ isReal: true, first: 0.05, second: 0.02 }),
    difference({ ...{ name: 'p99 wait', isReal: true, first: 0.2, second: 0.15 } }),
  ];
  expect(judge(tiny).better).toBeUndefined();
});

it('compares single runs by their own intervals', () => {
  const [few] = rounds(2, [3], 20);
  const [more] = rounds(6, [3], 20);
  if (!few || !more) throw new Error('no runs');
  const names = differencesOfRuns(probeRun('', plan, few), probeRun('', plan, more))
    .filter(({ isReal }) => isReal)
    .map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['had to wait', 'mean wait', 'p99 wait']));
});

it('trusts what lies far above poolctl’s own delay, and nothing that may be that delay', () => {
  const late = (p99: number) =>
    probeRun('', plan, { ...stepRun(), histogramsUs: { ...histograms(), lag: lagOf(p99) } });
  const lagOf = (ms: number) => {
    const lag = new HdrHistogram();
    lag.record(ms * 1_000);
    return lag;
  };
  const found = judge([
    difference({ isReal: true, first: 68, second: 0.3 }),
    difference({ name: 'p99 wait', isReal: true, first: 300, second: 4 }),
  ]);
  expect(isBeyondLag(found, [late(20), late(1)])).toBe(true);
  expect(isBeyondLag(found, [late(20), late(80)])).toBe(false);
});

describe('settings that cannot serve what comes', () => {
  const lost = difference({
    ...{ name: 'lost', unit: 'ratio', first: 0, second: 0.16, isReal: true, rounds: 5 },
    difference: { value: 0.16, low: 0.13, high: 0.19 },
  });
  const waits = [
    difference({ isReal: true, first: 356, second: 19 }),
    difference({ name: 'p99 wait', isReal: true, first: 595, second: 34 }),
  ];

  it('do not win by what they did not lose yet', () => {
    const found = judge([lost, ...waits], { overCapacity: [true, false] });
    expect(found).toMatchObject({ better: 'second', by: waits, against: [lost] });
    expect(judgementText(found, ['8/∞/∞', '8/8/1 s'], undefined).headline).toBe(
      '8/8/1 s waits less: mean 19 ms against 356 ms, p99 34 ms against 595 ms, but loses more: 16 % against 0 %',
    );
    expect(judge([lost, ...waits])).toMatchObject({ better: 'first', by: [lost], against: waits });
  });
});

it('does not call it no difference where a figure differs, by too little to choose by it', () => {
  const waited: Difference = {
    ...{ name: 'had to wait', unit: 'ratio', first: 0.013, second: 0, isReal: true, rounds: 5 },
    difference: { value: -0.013, low: -0.013, high: -0.002 },
  };
  const found = judge([waited, difference({})], { durationMs: 60_000 });
  expect(found).toEqual({ by: [], against: [], slight: [waited] });
  expect(judgementText(found, ['6/0', '12/0'], 60_000)).toEqual({
    headline: 'hardly any difference between 6/0 and 12/0: had to wait 1.3 % against 0 %',
    reason: 'had to wait −1.3 % (−1.3 % to −0.2 %): second less first, with 95 % intervals.',
  });
});
