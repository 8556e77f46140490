import { describe, expect, it } from 'vitest';
import { warningCodes } from '../../../src/base/warning-codes.ts';
import type { Inspection } from '../../../src/inspect/inspection.ts';
import { inspectionWarnings } from '../../../src/inspect/warnings.ts';

const calm: Inspection = {
  engine: 'postgres',
  version: '18.4',
  address: 'db.internal:5432',
  user: 'app',
  database: 'shop',
  isThisMachine: false,
  encrypted: true,
  replica: false,
  limits: { maxConnections: 100, reserved: [], caps: [], taken: 20, takenByOthers: 10, besides: [] },
  sessions: { connected: 20, hidden: 0, groups: [], idleInTransaction: { sessions: 0 }, waitingForLocks: 0 },
  timeLimits: [],
  unseen: [],
  throughPooler: false,
  identity: {},
  detected: [],
  budget: { usableConnections: 97, freeConnections: 77, limitedBy: 'max_connections' },
  lifetimes: {},
  leftovers: [],
};

const sessions = (more: Partial<Inspection['sessions']>) => ({ sessions: { ...calm.sessions, ...more } });
const asleep = {
  sessions: { connected: 20, hidden: 0, groups: [{ user: 'app', state: 'sleep', connections: 15 }] },
};
const budget = (freeConnections: number, limitedBy = 'max_connections') => ({
  budget: { usableConnections: 100, freeConnections, limitedBy },
});
const capOf = (connections: number, taken: number) => ({ name: 'the limit', connections, taken, takenByOthers: 0 });
const warningsOf = (change: Partial<Inspection>) => inspectionWarnings({ ...calm, ...change });

it('a calm server has none', () => {
  expect(inspectionWarnings(calm)).toEqual([]);
});

describe('a warning', () => {
  it.each<[string, Partial<Inspection>, string]>([
    ['POOLER_IN_PATH', { throughPooler: true }, 'A pooler stands between'],
    ['POOLER_IN_PATH', { detected: [{ means: 'ProxySQL', pooler: 'proxysql', by: 'sql' }] }, 'ProxySQL stands between'],
    ['ADMIN_LOGIN', { limits: { ...calm.limits, privilege: 'a superuser' } }, '"app" is a superuser'],
    ['SERVER_NEARLY_FULL', budget(9), '9 connections of 100'],
    ['SERVER_NEARLY_FULL', budget(0, 'CONNECTION LIMIT of the role app'), 'CONNECTION LIMIT of the role app'],
    [
      'LIMIT_MISSES_OLDER',
      { limits: { ...calm.limits, caps: [capOf(5, 8)], capsMissOlder: true } },
      'may let in 5 more',
    ],
    [
      'SERVER_WAS_FULL',
      sessions({ highWater: { connections: 90, at: 'yesterday' } }),
      '90 connections were open at once',
    ],
    ['CONNECTIONS_REFUSED', sessions({ refused: 4 }), '4 connections have been refused'],
    ['IDLE_IN_TRANSACTION', sessions({ idleInTransaction: { sessions: 2, oldestSeconds: 60 } }), '2 sessions'],
    [
      'IDLE_IN_TRANSACTION',
      {
        ...sessions({
          idleInTransaction: { sessions: 15, oldestSeconds: 1 },
          groups: [
            { user: 'app', application: 'shop', client: '10.0.0.5', state: 'idle in transaction', connections: 15 },
          ],
        }),
        ...budget(19),
      },
      '15 sessions idle inside a transaction, the longest for 1 s ("app" (shop) from 10.0.0.5: 15): 19 of 100 connections are free; without them it would be 34.',
    ],
    [
      'IDLE_IN_TRANSACTION',
      { ...asleep, ...budget(19) },
      '15 of your sessions sleep, and this user may not see whether inside a transaction ("app": 15): 19 of 100',
    ],
    ['SERVER_IS_REPLICA', { replica: true }, 'takes no writes'],
    ['NOT_ENCRYPTED', { encrypted: false }, 'db.internal:5432'],
    ['NOT_ENCRYPTED', { encrypted: false, address: '10.0.0.1:5432' }, '10.0.0.1:5432'],
    [
      'LEFT_BY_KILLED_PROBE',
      { leftovers: [{ kind: 'schema', name: 'poolctl_probe_1f3a', run: '1f3a', removal: '' }] },
      'schema poolctl_probe_1f3a',
    ],
    ['NOT_ALL_SEEN', { unseen: [{ what: 'the states', grant: 'GRANT pg_monitor TO "app"' }] }, 'the states'],
  ])('%s for %j', (code, change, says) => {
    const [warning, ...others] = warningsOf(change);
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ code, message: expect.stringContaining(says) });
    expect(warning?.hint.length).toBeGreaterThan(10);
    expect(Object.keys(warningCodes)).toContain(code);
  });

  it.each<[string, Partial<Inspection>]>([
    ['of short transactions', sessions({ idleInTransaction: { sessions: 15, oldestSeconds: 1 } })],
    ['of sessions that sleep', asleep],
    ['of a pooler for a managed server without one', { detected: [{ means: 'Aurora', servers: ['x'], by: 'host' }] }],
    ['of a full server when a tenth is free', budget(10)],
    ['of a full past below nine tenths', sessions({ highWater: { connections: 89 } })],
    ['of refusals when there were none', sessions({ refused: 0 })],
    [
      'of transactions that idle for less than a minute',
      sessions({ idleInTransaction: { sessions: 2, oldestSeconds: 59 } }),
    ],
    ['of a clear line on this machine', { encrypted: false, isThisMachine: true }],
  ])('is not given %s', (_what, change) => {
    expect(warningsOf(change)).toEqual([]);
  });

  it('of a full past is not given when it is full now: one is enough', () => {
    const full = { ...budget(1), ...sessions({ highWater: { connections: 100 } }) };
    expect(warningsOf(full).map(({ code }) => code)).toEqual(['SERVER_NEARLY_FULL']);
  });

  it('of what is not seen has the GRANT first', () => {
    const [warning] = warningsOf({ unseen: [{ what: 'it', grant: 'GRANT x' }] });
    expect(warning?.hint).toBe('GRANT x; poolctl only reads.');
  });
});
