import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionLimits, LiveTimeLimit } from '../../../src/engines/facts.ts';
import { lifetimes } from '../../../src/inspect/lifetimes.ts';
import { liveBudget } from '../../../src/inspect/live-budget.ts';

const empty: ConnectionLimits = {
  maxConnections: 100,
  reserved: [],
  caps: [],
  taken: 0,
  takenByOthers: 0,
  besides: [],
};
const superuser = { name: 'superuser_reserved_connections', connections: 3, isOpen: false };
const trusted = { name: 'reserved_connections', connections: 2, isOpen: false };

describe('the budget of a live server', () => {
  it.each<[string, Partial<ConnectionLimits>, number, number, string]>([
    ['an empty server', {}, 100, 100, 'max_connections'],
    [
      'fewer than max_connections, by the limit of open files',
      { maxConnections: 158, lowered: { by: 'open_files_limit 200', from: 500 }, taken: 8 },
      158,
      150,
      'open_files_limit 200',
    ],
    ['slots for superusers', { reserved: [superuser], taken: 10 }, 97, 87, 'max_connections'],
    // As measured: 12 slots, 3 + 2 reserved, one session of a superuser: an ordinary role gets 6.
    [
      'reserved slots are the last free ones',
      { maxConnections: 12, reserved: [superuser, trusted], taken: 1 },
      7,
      6,
      'max_connections',
    ],
    [
      'slots that this user may have',
      { reserved: [superuser, { ...trusted, isOpen: true }] },
      97,
      97,
      'max_connections',
    ],
    [
      'a limit of the role',
      { taken: 50, caps: [{ name: 'role', connections: 20, taken: 5, takenByOthers: 0 }] },
      20,
      15,
      'role',
    ],
    [
      'a limit of the role that is not the tightest now',
      { taken: 95, caps: [{ name: 'role', connections: 20, taken: 5, takenByOthers: 0 }] },
      20,
      5,
      'max_connections',
    ],
    [
      'the tightest of several',
      {
        caps: [
          { name: 'role', connections: 20, taken: 5, takenByOthers: 0 },
          { name: 'database', connections: 30, taken: 19, takenByOthers: 14 },
        ],
      },
      20,
      11,
      'database',
    ],
    ['more sessions than slots', { maxConnections: 5, reserved: [superuser], taken: 4 }, 2, 0, 'max_connections'],
    ['more reserved than there is', { maxConnections: 2, reserved: [superuser] }, 0, 0, 'max_connections'],
    ['a cap of nothing', { caps: [{ name: 'role', connections: 0, taken: 0, takenByOthers: 0 }] }, 0, 0, 'role'],
  ])('%s', (_what, limits, usableConnections, freeConnections, limitedBy) => {
    expect(liveBudget({ ...empty, ...limits })).toEqual({ usableConnections, freeConnections, limitedBy });
  });
});

describe('the lifetimes of pooled connections', () => {
  const idle = (ms?: number, name = 'wait_timeout'): LiveTimeLimit => ({
    name,
    kind: 'idle',
    ...(ms !== undefined && { ms }),
  });

  it.each<[string, LiveTimeLimit[], object]>([
    ['no limit', [idle()], {}],
    ['limits of other kinds', [{ name: 'statement_timeout', kind: 'statement', ms: 1_000 }], {}],
    [
      '8 hours',
      [idle(28_800_000)],
      { because: 'wait_timeout', maxLifetimeMs: 27_360_000, idleTimeoutMs: 25_992_000, keepAliveMs: 60_000 },
    ],
    [
      '10 minutes',
      [idle(600_000)],
      { because: 'wait_timeout', maxLifetimeMs: 570_000, idleTimeoutMs: 540_000, keepAliveMs: 60_000 },
    ],
    [
      '40 seconds',
      [idle(40_000)],
      { because: 'wait_timeout', maxLifetimeMs: 20_000, idleTimeoutMs: 10_000, keepAliveMs: 20_000 },
    ],
    [
      'the shortest of several',
      [idle(600_000, 'long'), idle(undefined, 'off'), idle(300_000, 'short')],
      { because: 'short', maxLifetimeMs: 270_000, idleTimeoutMs: 240_000, keepAliveMs: 60_000 },
    ],
  ])('%s', (_what, limits, wanted) => {
    expect(lifetimes(limits)).toEqual(wanted);
  });

  it('stay below the limit and below each other, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 2_147_483_647 }), (ms) => {
        const { maxLifetimeMs = 0, idleTimeoutMs = 0, keepAliveMs = 0 } = lifetimes([idle(ms)]);
        expect(maxLifetimeMs).toBeLessThan(ms);
        expect(maxLifetimeMs).toBeGreaterThanOrEqual(Math.floor(ms / 2));
        expect(idleTimeoutMs).toBeLessThan(maxLifetimeMs);
        expect(idleTimeoutMs).toBeGreaterThan(0);
        expect(keepAliveMs).toBeLessThanOrEqual(ms / 2);
        expect(keepAliveMs).toBeGreaterThan(0);
      }),
    );
  });
});
