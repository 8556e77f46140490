import { describe, expect, it } from 'vitest';
import type { Said } from '../../../src/engines/mysql/said.ts';
import { groupsOf, idlingIn, sessionsIn } from '../../../src/engines/mysql/sessions.ts';
import { serverIds } from '../../../src/watch/looks/mysql-server-id.ts';

const saidAt = (seconds: number, uptime: number, uuid = 'a-b'): Said => ({
  own: { at_ms: String(seconds * 1_000 + 400) },
  privileges: new Set(),
  variables: new Map([['server_uuid', uuid]]),
  status: new Map([['Uptime', String(uptime)]]),
  totals: new Map(),
});

describe('the id of a running server', () => {
  it('is the same on every connection', () => {
    expect([serverIds()(saidAt(1_000, 100)), serverIds()(saidAt(1_007, 107))]).toEqual(['a-b/900', 'a-b/900']);
  });

  it('is not moved by a clock that jumps while the connection lasts', () => {
    const id = serverIds();
    expect([id(saidAt(1_000, 100)), id(saidAt(4_600, 102)), id(saidAt(4_602, 104))]).toEqual(Array(3).fill('a-b/900'));
  });

  it('is another one after a restart, and of another server', () => {
    const id = serverIds();
    expect([id(saidAt(1_000, 100)), id(saidAt(1_010, 3)), id(saidAt(1_012, 112, 'c-d'))]).toEqual([
      'a-b/900',
      'a-b/1007',
      'c-d/900',
    ]);
  });
});

describe('sessions', () => {
  const row = (id: number, more: object) => ({
    kind: 'session',
    id,
    user: 'app',
    host: `10.0.0.5:${id}`,
    db: 'shop',
    ...more,
  });
  const listed = [
    row(1, { command: 'Query', state: 'executing', time: 0 }),
    row(2, { command: 'Sleep', state: '', time: 7 }),
    row(3, { command: 'Sleep', state: '', time: 90 }),
    row(4, { command: 'Query', state: 'Waiting for table metadata lock', time: 3 }),
    row(5, { command: 'Daemon', state: 'Waiting for next activation', time: 3, user: 'event_scheduler' }),
    row(6, { command: 'Query', state: 'User lock', time: 3 }),
  ];

  it('that sleep in a transaction idle in it, for no longer than it is open', () => {
    const rows = [...listed, { kind: 'transaction', id: 3, time: 60 }, { kind: 'transaction', id: 2, time: 9 }];
    const { listed: found } = sessionsIn({ rows, isOfAll: true }, 1);
    expect(idlingIn(found)).toEqual({ sessions: 2, oldestSeconds: 60 });
    expect(groupsOf(found).map(({ state, connections }) => [state, connections])).toEqual([
      ['idle in transaction', 2],
      ['query', 2],
    ]);
  });

  it('that wait for a lock are told by their state; a thread of the server is none', () => {
    const { listed: found, own } = sessionsIn({ rows: listed, isOfAll: true }, 1);
    expect(found.map(({ id, waitsForLock }) => [id, waitsForLock])).toEqual([
      [2, false],
      [3, false],
      [4, true],
      [6, true],
    ]);
    expect(own?.host).toBe('10.0.0.5:1');
  });

  it('of SHOW PROCESSLIST are the same', () => {
    const rows = [{ Id: 2, User: 'app', Host: '10.0.0.5:2', db: 'shop', Command: 'Sleep', Time: 7, State: '' }];
    expect(sessionsIn({ rows, isOfAll: false }, 1).listed).toMatchObject([
      { id: 2, user: 'app', host: '10.0.0.5:2', database: 'shop', state: 'sleep', seconds: 7 },
    ]);
  });

  it('whose transactions are traced go by the numbers of threads, and what InnoDB lists is not looked at', () => {
    const threads = listed.map((one) => ({ ...one, thread: one.id + 40 }));
    const rows = [
      ...threads,
      { kind: 'tracing' },
      { kind: 'traced', thread: 42, time: '3.5' },
      { kind: 'ended', time: '17' },
    ];
    const { listed: found, ended } = sessionsIn({ rows, isOfAll: true }, 1);
    expect([idlingIn(found), ended]).toEqual([{ sessions: 1, oldestSeconds: 3.5 }, 17]);
  });
});
