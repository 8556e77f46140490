import { describe, expect, it } from 'vitest';
import { FakeDriver, isBalanced, planOf, runOn, VirtualClock, workloadOf } from '../../../helpers/fake-load.ts';

const closed = (workers: number) => ({ kind: 'closed', workers }) as const;

describe('a closed loop', () => {
  it('serves as much as the pool can, and its wait is what Little says', async () => {
    const clock = new VirtualClock();
    const driver = new FakeDriver({ clock, serviceMs: () => 10 });
    const plan = planOf({ warmupMs: 100, durationMs: 2_000, load: closed(12), pool: { connectionLimit: 4 } });
    const run = await runOn(clock, driver, plan);
    // 4 connections / 10 ms; 8 of the 12 workers wait, 20 ms each.
    expect(run).toMatchObject({ completed: 800, requests: 800, unfinished: 0 });
    expect(run.histogramsUs.wait.mean).toBeCloseTo(20_000, -2);
    expect(driver.mostBusy).toBe(4);
  });

  it('does not end in a recursion when everything answers before it returns', async () => {
    const clock = new VirtualClock();
    const driver = new FakeDriver({ clock });
    const abort = new AbortController();
    clock.at(0, () => {});
    let turns = 0;
    const again = () => {
      turns += 1;
      if (turns === 2_000) abort.abort();
      else clock.at(0, again);
    };
    clock.at(0, again);
    const run = await runOn(clock, driver, planOf({ durationMs: 1, load: closed(3) }), { signal: abort.signal });
    // Other callbacks had their turn 2,000 times meanwhile.
    expect(run.completed).toBeGreaterThan(100_000);
    expect(isBalanced(run)).toBe(true);
  });

  it('pauses after a request that got no connection', async () => {
    const clock = new VirtualClock();
    const driver = new FakeDriver({ clock, serviceMs: () => 1, refusal: () => 'connect-failed' });
    const run = await runOn(clock, driver, planOf({ durationMs: 1_000, load: closed(2) }));
    expect(run.failed).toEqual({ 'connect-failed': 40 });
  });

  it('counts what ends in the window, and has no unfinished ones when all come back', async () => {
    const clock = new VirtualClock();
    const driver = new FakeDriver({ clock, serviceMs: () => 300 });
    const run = await runOn(clock, driver, planOf({ durationMs: 1_000, load: closed(1) }));
    expect(run).toMatchObject({ completed: 3, requests: 3, unfinished: 0 });
    expect(driver.sent.length).toBe(4);
  });

  it('counts as unfinished what never comes back', async () => {
    const clock = new VirtualClock();
    const serviceMs = (nowMs: number) => (nowMs >= 500 ? Number.POSITIVE_INFINITY : 100);
    const driver = new FakeDriver({ clock, serviceMs });
    const plan = planOf({ durationMs: 1_000, load: closed(6), pool: { connectionLimit: 2 } });
    let stuck = 0;
    const run = await runOn(clock, driver, plan, {
      onStuck: async () => {
        stuck = driver.hanging.size;
        driver.cancel();
      },
    });
    expect(stuck).toBe(2);
    expect(run).toMatchObject({ completed: 10, unfinished: 2, stillWaiting: 0 });
    expect(driver.busy).toBe(0);
  });
});

describe('without a pool', () => {
  it('opens a connection for each request, never more at once than allowed', async () => {
    const clock = new VirtualClock();
    const driver = new FakeDriver({ clock, serviceMs: () => 2, connectMs: 8 });
    const plan = planOf({ durationMs: 1_000, unpooled: true, load: closed(5), pool: { connectionLimit: 2 } });
    const run = await runOn(clock, driver, plan);
    // One more was opened before the load to see whether it can be done, and three for those who waited at the end.
    expect(driver.opened).toBe(driver.sent.length + 1);
    expect(driver.ended).toBe(driver.opened);
    expect(driver.mostBusy).toBe(2);
    expect(Math.round(run.histogramsUs.connect.mean / 1_000)).toBe(8);
    expect(Math.round(run.histogramsUs.service.mean / 1_000)).toBe(2);
    expect(run.completed).toBeGreaterThan(190);
  });
});

describe('a transaction', () => {
  const statements = (driver: FakeDriver) => driver.sent.map(({ text }) => text);

  it('is begun and committed', async () => {
    const clock = new VirtualClock();
    const driver = new FakeDriver({ clock, serviceMs: () => 5 });
    const workload = workloadOf('update a', 'update b');
    await runOn(clock, driver, planOf({ durationMs: 30, load: closed(1) }), { workload });
    expect(statements(driver).slice(0, 5)).toEqual(['BEGIN', 'update a', 'update b', 'COMMIT', 'BEGIN']);
  });

  it('that fails is rolled back before its connection serves another', async () => {
    const clock = new VirtualClock();
    const failure = (text: string) => (text === 'update b' ? 'deadlock' : undefined);
    const driver = new FakeDriver({ clock, serviceMs: () => 5, failure });
    const workload = workloadOf('update a', 'update b');
    const run = await runOn(clock, driver, planOf({ durationMs: 18, load: closed(1) }), { workload });
    expect(statements(driver)).toEqual(['BEGIN', 'update a', 'update b', 'ROLLBACK']);
    expect(run).toMatchObject({ failed: { deadlock: 1 }, completed: 0 });
    expect(driver.broken).toEqual([]);
  });

  it('that cannot be rolled back costs its connection', async () => {
    const clock = new VirtualClock();
    const failure = (text: string) => (text === 'ROLLBACK' || text === 'update a' ? 'sql-error' : undefined);
    const driver = new FakeDriver({ clock, serviceMs: () => 5, failure });
    const workload = workloadOf('update a', 'update b');
    const pool = { connectionLimit: 1 };
    await runOn(clock, driver, planOf({ durationMs: 12, load: closed(1), pool }), { workload });
    expect(statements(driver)).toEqual(['BEGIN', 'update a', 'ROLLBACK']);
    expect(driver.broken).toEqual([1]);
  });

  it('on a connection that is lost is not rolled back', async () => {
    const clock = new VirtualClock();
    const failure = (text: string) => (text === 'update a' ? 'connection-lost' : undefined);
    const driver = new FakeDriver({ clock, serviceMs: () => 5, failure });
    const workload = workloadOf('update a', 'update b');
    const pool = { connectionLimit: 1 };
    await runOn(clock, driver, planOf({ durationMs: 12, load: closed(1), pool }), { workload });
    expect(statements(driver)).toEqual(['BEGIN', 'update a', 'BEGIN', 'update a']);
    expect(driver.broken).toEqual([1, 2]);
  });
});
