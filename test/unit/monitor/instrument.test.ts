import { EventEmitter } from 'node:events';
import mysql from 'mysql2';
import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeEvent, type MonitorEvent } from '../../../src/monitor/events.ts';
import { instrument } from '../../../src/monitor/instrument.ts';
import type { InstrumentOptions } from '../../../src/monitor/options.ts';

/** A client that connects at once and does nothing. */
class IdleClient extends EventEmitter {
  _queryable = true;
  connect(done: () => void): void {
    process.nextTick(done);
  }
  end(done: () => void): void {
    process.nextTick(done);
  }
}

function openPool(options: InstrumentOptions = {}) {
  const pool = new pg.Pool({
    Client: IdleClient as unknown as typeof pg.Client,
    host: 'db',
    max: 4,
    idleTimeoutMillis: 0,
  });
  const events: MonitorEvent[] = [];
  const monitor = instrument(pool, { onEvent: (event) => events.push(event), ...options });
  return { pool, monitor, events };
}

async function borrowed(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  client.release();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('a pool that stays nearly full raises the alarm of utilization, and the check of five minutes tells it too', async () => {
  const { pool, monitor, events } = openPool();
  const held = await Promise.all([pool.connect(), pool.connect(), pool.connect(), pool.connect()]);
  vi.advanceTimersByTime(3_000);
  expect(events).toMatchObject([{ kind: 'alarm', alarm: 'utilization', isRaised: true, value: 1 }]);
  for (const client of held) client.release();
  vi.advanceTimersByTime(298_000);
  expect(events.slice(1)).toMatchObject([
    { kind: 'alarm', alarm: 'utilization', isRaised: false, value: 0 },
    { kind: 'check', warnings: ['utilization'], status: { activeConnections: 0, idleConnections: 4 } },
  ]);
  expect(events.map(describeEvent)).toEqual([
    'db: 100 % of the connections are in use.',
    'db: 0 % of the connections are in use, and no alarm any more.',
    'db: 0 connections in use, 0 requests wait; too high: utilization.',
  ]);
  monitor.uninstrument();
});

it('more than ten that wait raise the alarm of requests', async () => {
  const { pool, monitor, events } = openPool({ alarms: { utilization: 1 } });
  const all = Array.from({ length: 15 }, () => pool.connect());
  await all[0];
  vi.advanceTimersByTime(3_000);
  expect(events).toMatchObject([{ kind: 'alarm', alarm: 'pending', isRaised: true, value: 11 }]);
  for (const client of all) (await client).release();
  monitor.uninstrument();
});

it('a leak is told with the stack of its borrower, at most once a minute for each stack', async () => {
  const { pool, monitor, events } = openPool({
    leak: { afterMs: 5_000, stacks: 'always' },
    alarms: { utilization: 1 },
  });
  const borrow = () => pool.connect();
  const held: pg.PoolClient[] = [];
  for (let count = 0; count < 2; count += 1) held.push(await borrow());
  vi.advanceTimersByTime(6_000);
  for (const client of held) client.release();
  expect(events).toMatchObject([
    { kind: 'leak', heldMs: 5_000, stack: expect.stringMatching(/^ +at (Object\.)?borrow .*instrument\.test\.ts/) },
    { kind: 'returned-after-all', heldMs: 6_000 },
  ]);
  expect(describeEvent(events[0] as MonitorEvent)).toMatch(
    /^db: a connection is held for 5 s and may be leaked\.\n +at /,
  );
  expect(monitor.snapshot()).toMatchObject({ overdue: 0, returned: 2 });
  monitor.uninstrument();
});

it('who asks for a connection while it holds one is told, where contexts are followed', async () => {
  const { pool, monitor, events } = openPool({ contexts: true });
  const request = async (within: () => Promise<void>) => {
    const client = await pool.connect();
    await within();
    client.release();
  };
  const nothing = async () => {};
  await request(nothing);
  await request(nothing);
  expect(events).toEqual([]);
  await request(() => request(nothing));
  expect(events).toMatchObject([{ kind: 'nested-acquire' }]);
  monitor.uninstrument();
});

it('without onEvent, what matters is a warning of the process', async () => {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const pool = new pg.Pool({ Client: IdleClient as unknown as typeof pg.Client, host: 'db', max: 1 });
  const monitor = instrument(pool);
  const client = await pool.connect();
  vi.advanceTimersByTime(3_000);
  expect(emitted.mock.calls).toEqual([
    ['db: 100 % of the connections are in use.', { type: 'PoolWarning', code: 'POOLCTL_POOL' }],
  ]);
  emitted.mockRestore();
  client.release();
  monitor.uninstrument();
});

it('what onEvent throws, or a pool whose sizes cannot be read any more, does not end the application', async () => {
  const { pool, monitor } = openPool({
    onEvent: () => {
      throw new Error('the log is broken');
    },
  });
  await Promise.all([pool.connect(), pool.connect(), pool.connect(), pool.connect()]);
  vi.advanceTimersByTime(3_000);
  Object.defineProperty(pool, 'totalCount', {
    get: () => {
      throw new Error('no sizes');
    },
  });
  vi.advanceTimersByTime(3_000);
  monitor.uninstrument();
});

it('the same pool has one monitor and one name; what is no pool is refused by what is known', () => {
  const { pool, monitor } = openPool({ name: 'orders' });
  expect(instrument(pool)).toBe(monitor);
  expect(instrument(pool, { name: 'orders' })).toBe(monitor);
  expect(() => instrument(pool, { name: 'other' })).toThrow(/"orders".*"other"/);
  expect(() => instrument({})).toThrow(/no pool that poolctl knows.*pg.*mysql2/);
  expect(() => instrument(new pg.Pool(), { leak: { afterMs: 1_000 } })).toThrow(RangeError);
  monitor.uninstrument();
  expect(instrument(pool, { name: 'other' }).pools[0]?.name).toBe('other');
  instrument(pool).uninstrument();
});

it('a plugin takes part in each pool until it, the monitor or the pool ends', async () => {
  const { pool, monitor } = openPool();
  const log: string[] = [];
  const plugin = (name: string) => () => {
    log.push(`${name} starts`);
    return () => log.push(`${name} ends`);
  };
  const stop = monitor.use(plugin('a'));
  instrument(pool, { plugins: [plugin('b')] });
  stop();
  await pool.end();
  monitor.uninstrument();
  expect(log).toEqual(['a starts', 'b starts', 'a ends', 'b ends']);
});

it('a pool that comes later and cannot be observed is a warning, and no error in the application', () => {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const cluster = mysql.createPoolCluster();
  cluster.add('first', { host: 'db' });
  const started: string[] = [];
  const plugin = ({ name }: { readonly name: string }) => {
    if (started.push(name) > 1) throw new Error('one series is enough');
    return () => {};
  };
  const monitor = instrument(cluster, { name: 'orders', plugins: [plugin] });
  cluster.add('second', { host: 'db' });
  expect(started).toEqual(['orders first', 'orders second']);
  expect(emitted.mock.calls.map(([message]) => message)).toEqual(['A pool is not observed: one series is enough']);
  emitted.mockRestore();
  monitor.uninstrument();
});

it('an end that comes twice takes nothing away from who observes the pool next', async () => {
  const { pool, monitor } = openPool();
  monitor.uninstrument();
  const next = instrument(pool);
  monitor.uninstrument();
  await borrowed(pool);
  expect(next.snapshot().returned).toBe(1);
  expect(instrument(pool)).toBe(next);
  next.uninstrument();
});

it('100,000 acquires leave no request, no connection and no listener behind', async () => {
  const { pool, monitor } = openPool();
  await borrowed(pool);
  const listeners = () => pool.eventNames().map((name) => [name, pool.listenerCount(name)]);
  const before = listeners();
  for (let count = 0; count < 100_000; count += 1) await borrowed(pool);
  const { held, waiting, counters } = monitor.pools[0]?.observer ?? {};
  expect([held?.size, waiting?.size, counters?.returned]).toEqual([0, 0, 100_001]);
  expect(listeners()).toEqual(before);
  monitor.uninstrument();
});

it('a promise of the pool is settled no microtask later than without', async () => {
  const ticks = async (observe: boolean) => {
    const pool = new pg.Pool({ Client: IdleClient as unknown as typeof pg.Client, max: 1 });
    if (observe) instrument(pool);
    let passed = 0;
    const count = () => {
      passed += 1;
      if (passed < 50) void Promise.resolve().then(count);
    };
    pool.once('acquire', count);
    const client = await pool.connect();
    const got = passed;
    client.release();
    await pool.end();
    await expect(pool.connect()).rejects.toThrow('after calling end');
    return got;
  };
  const bare = await ticks(false);
  expect(bare).toBeGreaterThan(0);
  expect(await ticks(true)).toBe(bare);
});
