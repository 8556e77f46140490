import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkStep, reachableAfter } from '../../../src/pools/health.ts';
import { leastRecentlyUsed, restedFor } from '../../../src/pools/lru.ts';

const state = { idle: 1, open: 2, connecting: 0, limit: 3, answeredAgoMs: undefined };
const step = (wishes: Partial<Parameters<typeof checkStep>[0]>, probes = false) =>
  checkStep({ ...state, ...wishes }, 60_000, probes);

describe('a health check', () => {
  it.each([
    ['fresh', { answeredAgoMs: 59_999 }],
    ['ask', { answeredAgoMs: 60_000 }],
    ['ask', {}],
    ['open', { idle: 0 }],
    ['full', { idle: 0, open: 3 }],
    ['opening', { idle: 0, open: 0, connecting: 1 }],
    ['empty', { idle: 0, open: 0 }],
  ] as const)('is %s for %o', (wanted, wishes) => {
    expect(step(wishes)).toBe(wanted);
  });

  it('opens a connection just to look only where it is asked to', () => {
    expect(step({ idle: 0, open: 0 }, true)).toBe('open');
  });

  it('makes a server unreachable at the third failure, and reachable at the first answer', () => {
    expect([1, 2, 3].map((failures) => reachableAfter('yes', { failures }))).toEqual(['yes', 'yes', 'no']);
    expect(reachableAfter('no', 'answer')).toBe('yes');
    expect([reachableAfter('yes', 'empty'), reachableAfter('no', 'empty')]).toEqual(['unknown', 'no']);
  });
});

describe('the pool that is closed', () => {
  const pools = fc.array(fc.record({ busy: fc.nat(2), lastUsedMs: fc.nat(1_000) }));

  it('is never one in use, and of the others the one that rested longest', () => {
    fc.assert(
      fc.property(pools, (all) => {
        const found = leastRecentlyUsed(all);
        const resting = all.filter(({ busy }) => busy === 0);
        expect(found?.lastUsedMs).toBe(
          resting.length === 0 ? undefined : Math.min(...resting.map(({ lastUsedMs }) => lastUsedMs)),
        );
        if (found) expect(found.busy).toBe(0);
      }),
    );
  });

  it('has rested for idleMs, and only so many are closed at a time', () => {
    fc.assert(
      fc.property(pools, fc.nat(1_000), fc.nat(5), (all, idleMs, most) => {
        const found = restedFor(all, idleMs, 1_000, most);
        expect(found.length).toBeLessThanOrEqual(most);
        for (const { busy, lastUsedMs } of found) expect([busy, 1_000 - lastUsedMs >= idleMs]).toEqual([0, true]);
      }),
    );
  });
});
