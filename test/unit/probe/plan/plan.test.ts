import { describe, expect, it } from 'vitest';
import { planRamp, planSentence, proofLoads, type RampPlan, type RampWish } from '../../../../src/probe/plan/plan.ts';
import { hasFlattened, refineSizes, roundOrder } from '../../../../src/probe/plan/sizes.ts';

const wish = (changes: Partial<RampWish> = {}): RampWish => ({
  durationMs: 60_000,
  mostConnections: 100,
  rounds: 3,
  transportMs: 2_000,
  ...changes,
});

/** As the bench runs it: a step for each size and round, with its warm-up and its connections opened. */
function spentMs(plan: RampPlan): number {
  const sizes = [...plan.sizes, ...Array.from({ length: plan.refinements }, () => plan.sizes.at(-1) ?? 0)];
  const round = sizes.reduce((sum, size) => sum + 100 * Math.ceil(size / 10) + plan.warmupMs + plan.stepMs, 0);
  return plan.transportMs + round * plan.rounds + (plan.firstWarmupMs - plan.warmupMs) + plan.proofMs;
}

const levels = (...entries: readonly (readonly [number, number, number])[]) =>
  entries.map(([connectionLimit, throughputPerSecond, serviceP95Ms]) => ({
    connectionLimit,
    throughputPerSecond,
    serviceP95Ms,
  }));

describe('the plan of a ramp', () => {
  it.each([
    [100, [1, 2, 4, 8, 16, 32, 64]],
    [8, [1, 2, 4, 8]],
    [24, [1, 2, 4, 8, 16, 24]],
    [17, [1, 2, 4, 8, 16]],
    [1, [1]],
  ])('doubles the sizes up to what is allowed: %d connections', (mostConnections, sizes) => {
    expect(planRamp(wish({ mostConnections })).sizes).toEqual(sizes);
  });

  it('goes beyond 64 only where a size is given', () => {
    expect(planRamp(wish({ mostConnections: 300 })).sizes.at(-1)).toBe(64);
    expect(planRamp(wish({ mostConnections: 300, sizes: [64, 256] })).sizes.at(-1)).toBe(256);
  });

  it('measures the sizes that were given as they are, and no others', () => {
    const plan = planRamp(wish({ sizes: [20, 5, 10, 5] }));
    expect(plan.sizes).toEqual([5, 10, 20]);
    expect(plan.refinements).toBe(0);
  });

  it.each([1, 3, 5])('fits ramp, refinement and proof into the time, in %d rounds', (rounds) => {
    const plan = planRamp(wish({ rounds, durationMs: 120_000 }));
    expect(spentMs(plan)).toBeLessThanOrEqual(120_000);
    expect(spentMs(plan)).toBeGreaterThan(119_000);
  });

  it.each([1, 3, 5])('has a time by default that is enough for all sizes in %d rounds', (rounds) => {
    const { durationMs: _, ...rest } = wish({ rounds });
    expect(planRamp(rest).stepMs).toBeGreaterThanOrEqual(500);
  });

  it('has more workers than the largest pool has connections, and the same number in all steps', () => {
    const plan = planRamp(wish());
    expect(plan.workers).toBeGreaterThan(64);
    expect(planRamp(wish({ mostConnections: 1 })).workers).toBeGreaterThan(1);
  });

  it('warms the process up once, and every later step only briefly', () => {
    const { firstWarmupMs, warmupMs } = planRamp(wish());
    expect([firstWarmupMs, warmupMs]).toEqual([1_500, 300]);
  });

  it('says how long it takes at least when the time is too short, and that is enough', () => {
    const short = () => planRamp(wish({ durationMs: 5_000 }));
    expect(short).toThrow(
      /5 s are too short for 7 sizes and 2 around the knee in 3 rounds: 27 steps take \d+ s at least/,
    );
    const needed = Number(/take (\d+) s/.exec(messageOf(short))?.[1]);
    expect(planRamp(wish({ durationMs: needed * 1_000 })).stepMs).toBeGreaterThanOrEqual(500);
    expect(() => planRamp(wish({ durationMs: (needed - 2) * 1_000 }))).toThrow();
  });

  it.each([
    [[0], /A size of 0/],
    [[2.5], /A size of 2.5/],
    [[], /A size of none/],
  ])('refuses sizes that no pool has: %j', (sizes, message) => {
    expect(() => planRamp(wish({ sizes }))).toThrow(message);
  });

  it('refuses a size above what the guard allows, with both numbers', () => {
    expect(() => planRamp(wish({ sizes: [5, 30], mostConnections: 24 }))).toThrow(
      'The guard refuses a pool of 30: 24 connections may be opened here.',
    );
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

describe('the end of doubling', () => {
  it('comes when two doublings brought less than 3 % and the service time doubled', () => {
    expect(hasFlattened(levels([2, 2_000, 2], [4, 2_030, 3.9], [8, 2_050, 6.8]))).toBe(true);
  });

  it.each([
    ['the last one brought more', levels([2, 2_000, 2], [4, 2_030, 3.9], [8, 2_400, 6.8])],
    ['the one before brought more', levels([2, 1_000, 2], [4, 2_030, 3.9], [8, 2_050, 6.8])],
    ['nobody waits longer', levels([2, 2_000, 2], [4, 2_030, 2.1], [8, 2_050, 2.2])],
    ['there were not two', levels([2, 2_000, 2], [4, 2_030, 9])],
  ])('does not come when %s', (_, measured) => {
    expect(hasFlattened(measured)).toBe(false);
  });
});

describe('the sizes around the knee', () => {
  it('are halfway to its neighbours', () => {
    const measured = levels([1, 100, 1], [2, 200, 1], [4, 390, 1], [8, 700, 1], [16, 720, 2], [32, 710, 4]);
    expect(refineSizes(measured, { refinements: 2 })).toEqual([6, 12]);
  });

  it('leave out what was measured, and what lies beyond the last size', () => {
    expect(refineSizes(levels([1, 100, 1], [2, 200, 1], [3, 300, 1]), { refinements: 2 })).toEqual([]);
    expect(refineSizes(levels([1, 100, 1], [2, 200, 1], [4, 400, 1]), { refinements: 2 })).toEqual([3]);
  });

  it('are none where the sizes were given', () => {
    expect(refineSizes(levels([5, 100, 1], [10, 101, 1]), { refinements: 0 })).toEqual([]);
  });
});

describe('the order of a round', () => {
  it('is up, down, up', () => {
    expect([0, 1, 2].map((round) => roundOrder([4, 1, 2], round))).toEqual([
      [1, 2, 4],
      [4, 2, 1],
      [1, 2, 4],
    ]);
  });
});

it('says what a plan costs before anything is opened', () => {
  const sentence = planSentence(planRamp(wish({ mostConnections: 8, rounds: 1 })));
  expect(sentence).toContain('Pools of 1, 2, 4, 8, and up to 2 around the knee, 1 round: 6 steps of');
  expect(sentence).toContain('60 s in all, at most 8 connections at once and one that watches.');
});

describe('the proof', () => {
  it('is at the rate that was asked for', () => {
    expect(proofLoads(9_000, { tps: 200, capacityPerSecond: 1_000 })).toEqual([
      { ratePerSecond: 200, durationMs: 9_000 },
    ]);
  });

  it('is at half, 70 and 85 % of the capacity without a rate, and not at all without either', () => {
    expect(proofLoads(9_000, { capacityPerSecond: 1_000 }).map(({ ratePerSecond }) => ratePerSecond)).toEqual([
      500, 700, 850,
    ]);
    expect(proofLoads(9_000, {})).toEqual([]);
  });
});
