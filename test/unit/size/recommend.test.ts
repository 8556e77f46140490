import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recommendSize, type SizeConstraints } from '../../../src/size/recommend.ts';

const free: SizeConstraints = { need: 30, load: 25, deadlockFloor: 1 };

it('takes what the load needs where nothing forbids it, with the slack to each constraint', () => {
  expect(recommendSize({ ...free, budget: 50, server: 40 })).toEqual({
    connections: 30,
    binding: 'demand',
    verdict: 'demand',
    slack: { demand: 0, 'deadlock-floor': 29, budget: 20, server: 10 },
    lever: { kind: 'none' },
  });
});

it('takes the deadlock floor where the load needs less', () => {
  expect(recommendSize({ ...free, deadlockFloor: 41, budget: 50 })).toMatchObject({
    connections: 41,
    binding: 'deadlock-floor',
    verdict: 'demand',
    slack: { demand: 11 },
  });
});

it('is limited by the budget, which more connections would lift', () => {
  expect(recommendSize({ ...free, budget: 28, server: 60 })).toMatchObject({
    connections: 28,
    binding: 'budget',
    verdict: 'limited',
    lever: { kind: 'raise-budget', connections: 2 },
  });
});

it('is limited by the server, where only shorter holds help', () => {
  const { binding, verdict, lever } = recommendSize({ ...free, need: 40, budget: 60, server: 30 });
  expect([binding, verdict]).toEqual(['server', 'limited']);
  expect(lever).toEqual({ kind: 'shorten-holds', byRatio: 0.25 });
});

it('does not send anyone to a larger budget that the server would not bear', () => {
  expect(recommendSize({ ...free, need: 40, budget: 28, server: 30 }).lever.kind).toBe('shorten-holds');
});

it('cannot be served where the load is 95 % of what may be opened, or where no pool is enough', () => {
  expect(recommendSize({ ...free, budget: 26 }).verdict).toBe('cannot-be-served');
  expect(recommendSize({ need: undefined, load: 2e6, deadlockFloor: 1 }).verdict).toBe('cannot-be-served');
});

it('is unsafe where what may be opened can deadlock', () => {
  expect(recommendSize({ ...free, deadlockFloor: 33, budget: 32 })).toMatchObject({
    verdict: 'unsafe',
    lever: { kind: 'limit-nesting' },
  });
});

it('never recommends more than may be opened, nor less than one', () => {
  const size = fc.integer({ min: 1, max: 1_000 });
  fc.assert(
    fc.property(
      size,
      fc.integer({ min: 0, max: 1_000 }),
      size,
      fc.integer({ min: 0, max: 1_000 }),
      (need, margin, deadlockFloor, budget) => {
        const load = Math.max(0.5, need - margin);
        const { connections, slack, verdict } = recommendSize({ need, load, deadlockFloor, budget });
        expect(connections).toBeGreaterThanOrEqual(1);
        expect(connections).toBeLessThanOrEqual(Math.max(1, budget));
        if (verdict === 'demand') expect(Math.min(...Object.values(slack))).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});
