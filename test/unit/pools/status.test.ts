import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { PoolClosedError } from '../../../src/pools/errors.ts';
import type { PoolEntryReport } from '../../../src/pools/report.ts';
import { poolStatus } from '../../../src/pools/status.ts';
import { poolStatusHandler } from '../../../src/pools/status-handler.ts';

const healthy = { reachable: 'yes', sinceMs: 0, oldestWaitMs: 0, isStalled: false, circuit: 'closed' } as const;
const sizes = { used: 2, idle: 1, connecting: 0, pending: 0, limit: 10 };
const made = { createdAtMs: Date.UTC(2025, 0, 13, 10), lastUsedAtMs: Date.UTC(2025, 0, 13, 10, 5) };
const first: PoolEntryReport = {
  ...{ id: '1', engine: 'postgres', state: 'open', generation: 1, health: healthy, draining: [] },
  ...sizes,
  ...made,
  idleForMs: 0,
};
const second: PoolEntryReport = { ...first, id: '2', engine: 'mysql', used: 0, idleForMs: 600_900 };
const unread: PoolEntryReport = {
  ...{ id: 'orders', state: 'registered', generation: 0, health: { ...healthy, reachable: 'unknown' }, draining: [] },
  ...{ used: 0, idle: 0, connecting: 0, pending: 0, createdAtMs: made.createdAtMs, idleForMs: 30_000 },
};

describe('the status of pools', () => {
  it('has the fields of the guide first, in its order, with its meanings', () => {
    const { success, data, message } = poolStatus([first, second, unread], 'ko');
    expect({ success, message }).toEqual({ success: true, message: '3개의 연결 풀 상태를 조회했습니다.' });
    expect(data).toMatchObject({ totalPools: 3, activePools: 1 });
    const asked = data.pools.map((pool) => Object.entries(pool).slice(0, 7));
    expect(asked.map(Object.fromEntries)).toEqual([
      {
        ...{ connectionId: 1, dbType: 'postgresql', activeConnections: 2, maxConnections: 10 },
        ...{ createdAt: '2025-01-13T10:00:00.000Z', lastUsedAt: '2025-01-13T10:05:00.000Z', idleSeconds: 0 },
      },
      {
        ...{ connectionId: 2, dbType: 'mysql', activeConnections: 0, maxConnections: 10 },
        ...{ createdAt: '2025-01-13T10:00:00.000Z', lastUsedAt: '2025-01-13T10:05:00.000Z', idleSeconds: 600 },
      },
      {
        ...{ connectionId: 'orders', dbType: null, activeConnections: 0, maxConnections: null },
        ...{ createdAt: '2025-01-13T10:00:00.000Z', lastUsedAt: null, idleSeconds: 30 },
      },
    ]);
  });

  it('tells a full pool from one that cannot be reached', () => {
    const full = { ...first, used: 10, pending: 3, health: { ...healthy, saturatedBy: 'pool' as const } };
    const down = { ...second, health: { ...healthy, reachable: 'no' as const, circuit: 'open' as const } };
    expect(poolStatus([full, down]).data.pools).toMatchObject([
      { saturated: true, reachable: 'yes', circuit: 'closed', pendingRequests: 3 },
      { saturated: false, reachable: 'no', circuit: 'open' },
    ]);
  });

  it('leaves out closed entries, and counts what earlier generations still hold', () => {
    const closed = { ...second, state: 'closed' as const };
    const changed = { ...first, draining: [{ generation: 1, used: 3, ageMs: 5 }] };
    const { data, message } = poolStatus([closed, changed]);
    expect(message).toBe('Status of 1 connection pool.');
    expect(data).toMatchObject({ totalPools: 1, pools: [{ drainingConnections: 3 }] });
  });
});

describe('the handler of the status', async () => {
  let isClosed = false;
  const manager = {
    status() {
      if (isClosed) throw new PoolClosedError(undefined);
      return poolStatus([first]);
    },
  };
  const open = createServer(poolStatusHandler(manager)).listen(0, '127.0.0.1');
  const guarded = createServer(poolStatusHandler(manager, { token: 'canary-token' })).listen(0, '127.0.0.1');
  afterAll(() => {
    for (const server of [open, guarded]) server.close();
  });
  const ask = (init: RequestInit = {}, server = open) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, init);

  it('answers GET with JSON that nobody keeps, and HEAD with its head', async () => {
    const [got, head] = [await ask(), await ask({ method: 'HEAD' })];
    expect(await got.json()).toEqual(poolStatus([first]));
    expect(await head.text()).toBe('');
    for (const { status, headers } of [got, head]) {
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
    expect(head.headers.get('content-length')).toBe(got.headers.get('content-length'));
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s and says what it answers', async (method) => {
    const refused = await ask({ method, ...(method === 'POST' && { body: 'x'.repeat(100_000) }) });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await refused.json()).toMatchObject({ success: false, data: null });
  });

  it.each([undefined, 'Bearer wrong', 'canary-token', 'Bearer canary-toke', 'Basic canary-token'])(
    'answers nobody who sends %s instead of the token',
    async (authorization) => {
      const refused = await ask(authorization === undefined ? {} : { headers: { authorization } }, guarded);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      const text = await refused.text();
      expect(text).toContain('"success":false');
      expect(text).not.toContain('canary');
    },
  );

  it('refuses a token that is empty, as of a variable that is not set', () => {
    expect(() => poolStatusHandler(manager, { token: '' })).toThrow('The token of the pool status is empty.');
  });

  it('answers whoever sends the token', async () => {
    expect((await ask({ headers: { authorization: 'Bearer canary-token' } }, guarded)).status).toBe(200);
  });

  it('answers 503 once the manager is closed', async () => {
    isClosed = true;
    const refused = await ask();
    expect(refused.status).toBe(503);
    expect(await refused.json()).toEqual({
      ...{ success: false, data: null },
      message: 'The pool manager is closed: it lends no connections any more.',
    });
  });
});
