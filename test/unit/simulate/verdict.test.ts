import { expect, it } from 'vitest';
import type { Figures } from '../../../src/simulate/figures.ts';
import { judgePool } from '../../../src/simulate/verdict.ts';
import { estimates, ofRequests } from './runs.ts';

const some = estimates(ofRequests(1_000), 2);
const of = (mean: number, low: number, high: number) => ({ mean, low, high, halfWidth: 0, standardError: 0 });
const figures = (changes: Partial<Figures>): Figures => ({
  ...some,
  p99WaitMs: of(50, 45, 55),
  lostRatio: of(0, 0, 0),
  answeredInTimeRatio: of(1, 1, 1),
  ...changes,
});
const targets = { maxWaitP99Ms: 100, maxLossRatio: 0.001 };

it.each([
  ['within all targets', {}, true, true],
  ['that waits too long', { p99WaitMs: of(120, 110, 130) }, false, true],
  ['that loses too many', { lostRatio: of(0.28, 0.27, 0.29) }, false, true],
  ['just below a target', { p99WaitMs: of(98, 90, 106) }, true, false],
  ['just above a target', { p99WaitMs: of(102, 94, 110) }, false, false],
  ['whose wait has no upper bound', { p99WaitMs: of(50, 20, Infinity) }, false, false],
  ['of whose losses nothing is known', { lostRatio: of(0, 0, 1) }, false, false],
  [
    'surely above one target and near another',
    { p99WaitMs: of(102, 94, 110), lostRatio: of(0.2, 0.1, 0.3) },
    false,
    true,
  ],
])('judges a pool %s', (_, changes, meetsTargets, isSure) => {
  expect(judgePool(figures(changes), targets)).toMatchObject({ meetsTargets, isSure });
});

it('asks for a share answered in time only with a deadline', () => {
  const late = figures({ answeredInTimeRatio: of(0.9, 0.89, 0.91) });
  expect(judgePool(late, targets).meetsTargets).toBe(true);
  expect(judgePool(late, { ...targets, minInTimeRatio: 0.99 }).meetsTargets).toBe(false);
});
