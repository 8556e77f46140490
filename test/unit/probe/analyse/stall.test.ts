import { describe, expect, it } from 'vitest';
import { stallFigures } from '../../../../src/probe/analyse/stall.ts';
import type { SecondOf } from '../../../../src/probe/load/model.ts';
import { histograms, stepRun } from './runs.ts';

const second = (changes: Partial<SecondOf> = {}): SecondOf => ({
  completed: 100,
  failed: 0,
  p50Ms: 5,
  p95Ms: 10,
  p99Ms: 12,
  waiting: 0,
  longestQueue: changes.waiting ?? 0,
  connections: 10,
  ...changes,
});

/** Five calm seconds, three frozen ones in which a queue of 60 fills and the rest fails, one that clears it, calm again. */
const seconds = [
  ...Array.from({ length: 5 }, () => second()),
  second({ completed: 0, failed: 40, waiting: 60, p95Ms: 0 }),
  second({ completed: 0, failed: 100, waiting: 60, p95Ms: 0 }),
  second({ completed: 0, failed: 100, waiting: 60, p95Ms: 0 }),
  second({ completed: 160, p95Ms: 2_800 }),
  ...Array.from({ length: 4 }, () => second()),
];

function stalled(changes = {}) {
  const filled = histograms();
  filled.total.record(8_000, 940);
  filled.total.record(2_500_000, 60);
  filled.wait.record(2_400_000);
  return stepRun({ seconds, histogramsUs: filled, failed: { 'queue-full': 240 }, ...changes });
}

describe('a stall', () => {
  it('is told by what came during it, what failed, and what was late', () => {
    const { longestWaitMs, ...figures } = stallFigures(stalled(), { frozenMs: 5_000, thawedMs: 8_000 });
    expect(figures).toEqual({
      fromMs: 5_000,
      toMs: 8_000,
      requestsDuring: 300,
      servedLate: 60,
      failedDuring: { 'queue-full': 240 },
      longestQueue: 60,
      recoveredAfterMs: 1_000,
    });
    expect(longestWaitMs).toBeCloseTo(2_400, -1);
  });

  it('is counted from where the series begins, after the warm-up', () => {
    const { fromMs, toMs, requestsDuring } = stallFigures(stalled(), {
      frozenMs: 6_500,
      thawedMs: 9_500,
      warmupMs: 1_500,
    });
    expect([fromMs, toMs, requestsDuring]).toEqual([5_000, 8_000, 300]);
  });

  it('has no recovery where requests were slow to the end', () => {
    const slow = seconds.map((entry, index) => (index > 8 ? second({ p95Ms: 400 }) : entry));
    expect(stallFigures(stalled({ seconds: slow }), { frozenMs: 5_000, thawedMs: 8_000 })).not.toHaveProperty(
      'recoveredAfterMs',
    );
  });

  it('of a run without a request has no NaN', () => {
    expect(stallFigures(stepRun(), { frozenMs: 0, thawedMs: 1_000 })).toMatchObject({
      requestsDuring: 0,
      longestQueue: 0,
    });
  });
});
