import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statedError, statedLossError, statedSplitError } from '../../../src/queueing/model-error.ts';
import { anyLaw, constant, exponential, gamma, lognormal, twoClasses } from './reference-laws.ts';

const nothing = { low: 0, high: 0, lowConnections: 0, highConnections: 0, isMeasured: true };

describe('the stated error', () => {
  it('is nothing for exponential holds, whose formulas are exact', () => {
    expect(statedError(exponential(100), 150)).toEqual(nothing);
    expect(statedLossError(exponential(100))).toEqual(nothing);
  });

  it('grows with the weight of the longest holds, and with the pool', () => {
    const most = (scv: number, connections: number) => statedError(lognormal(100, scv), connections);
    for (const connections of [2, 20, 60, 150]) {
      const highs = [1, 4, 9, 50].map((scv) => most(scv, connections).high);
      expect(highs).toEqual([...highs].sort((a, b) => a - b));
    }
    expect([2, 20, 60, 150].map((connections) => most(50, connections).highConnections)).toEqual([1, 2, 4, 7]);
  });

  it('is not that of a lognormal where two kinds of requests have the same variation', () => {
    const slow = { share: 0.02, law: constant(5_000) };
    const two = { kind: 'mixture', parts: [{ share: 0.98, law: constant(5) }, slow] } as const;
    expect(statedError(two, 20)).toMatchObject({ high: 0.09, highConnections: 1, isMeasured: true });
    expect(statedError(lognormal(100, 44), 20)).toMatchObject({ high: 2.4, highConnections: 2, isMeasured: true });
    expect(statedError(twoClasses(100), 20).high).toBeLessThan(0.1);
  });

  it('takes a variation alone as a lognormal, which errs more, and no size as any', () => {
    expect(statedError(9)).toEqual(statedError(lognormal(100, 9)));
    expect(statedError(9).high).toBe(Math.max(...[5, 20, 60, 150].map((size) => statedError(9, size).high)));
    expect(statedError(0.25, 20)).toEqual(statedError(gamma(100, 0.25), 20));
  });

  it('says where nothing was measured: larger pools, heavier tails', () => {
    expect(statedError(gamma(100, 0.25), 150).isMeasured).toBe(true);
    expect(statedError(gamma(100, 0.25), 151).isMeasured).toBe(false);
    expect(statedError(lognormal(100, 100), 10)).toMatchObject({ isMeasured: false, highConnections: 2 });
    expect(statedLossError(lognormal(100, 4), 100).isMeasured).toBe(false);
    expect(statedSplitError('least-busy', lognormal(100, 4)).isMeasured).toBe(true);
    expect(statedSplitError('least-busy', lognormal(100, 9)).isMeasured).toBe(false);
  });

  it('is a range for any law', () => {
    fc.assert(
      fc.property(anyLaw, fc.integer({ min: 1, max: 10_000 }), (law, connections) => {
        for (const { low, high, lowConnections, highConnections } of [
          statedError(law, connections),
          statedLossError(law, connections),
        ]) {
          expect(low).toBeLessThanOrEqual(high);
          expect(lowConnections).toBeLessThanOrEqual(0);
          expect(highConnections).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
