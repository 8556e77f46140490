import { describe, expect, it } from 'vitest';
import { throughputOf } from '../../../../src/probe/analyse/intervals.ts';
import { RandomStream } from '../../../../src/traffic/random.ts';
import { FakeDriver, isBalanced, planOf, runOn, VirtualClock } from '../../../helpers/fake-load.ts';

const poisson = (ratePerSecond: number) => ({ kind: 'open', arrivals: { kind: 'poisson', ratePerSecond } }) as const;
const paced = (ratePerSecond: number) => ({ kind: 'open', arrivals: { kind: 'paced', ratePerSecond } }) as const;

/** A server on a clock of its own, and when it was sent what. */
function serverOf(serviceMs: (nowMs: number) => number) {
  const clock = new VirtualClock();
  const driver = new FakeDriver({ clock, serviceMs });
  return { clock, driver };
}

describe('the arrivals', () => {
  it('come at gaps that are exponential and independent of each other', async () => {
    const { clock, driver } = serverOf(() => 0.01);
    await runOn(clock, driver, planOf({ durationMs: 20_000, load: poisson(1_000), pool: { connectionLimit: 50 } }));
    const moments = driver.sent.map(({ atMs }) => atMs);
    const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    const lagOne = gaps.slice(1).reduce((sum, gap, index) => sum + (gap - mean) * ((gaps[index] ?? 0) - mean), 0);
    // 20,000 gaps: the standard errors are 0.7 %, 2 % and 0.7 %; four of them are allowed.
    expect(mean).toBeGreaterThan(0.97);
    expect(mean).toBeLessThan(1.03);
    expect(variance).toBeGreaterThan(0.92);
    expect(variance).toBeLessThan(1.08);
    expect(Math.abs(lagOne / gaps.length / variance)).toBeLessThan(0.028);
  });

  it('come at the same moments with the same seed, however slow the server is', async () => {
    const momentsOf = async (serviceMs: number) => {
      const { clock, driver } = serverOf(() => serviceMs);
      const pool = { connectionLimit: 1_000 };
      await runOn(clock, driver, planOf({ durationMs: 500, load: poisson(200), pool }));
      return driver.sent.map(({ atMs }) => atMs);
    };
    expect(await momentsOf(1)).toEqual(await momentsOf(300));
  });

  it('follow a ramp of the rate', async () => {
    const { clock, driver } = serverOf(() => 1);
    const rates = [
      { fromMs: 1_000, factor: 3 },
      { fromMs: 2_000, factor: 0.5 },
    ];
    await runOn(clock, driver, planOf({ durationMs: 3_000, load: { ...paced(100), rates } }));
    const perSecond = [0, 1, 2].map(
      (second) => driver.sent.filter(({ atMs }) => Math.floor(atMs / 1_000) === second).length,
    );
    for (const [index, wanted] of [100, 300, 50].entries()) {
      expect(Math.abs((perSecond[index] ?? 0) - wanted)).toBeLessThanOrEqual(1);
    }
  });
});

describe('what is measured', () => {
  it('takes lag, wait, service and total apart', async () => {
    const { clock, driver } = serverOf(() => 30);
    // Two at once every 100 ms on one connection: the second waits for the first.
    const arrivals = { kind: 'trace', timesMs: [0, 0, 100, 100, 200, 200] } as const;
    const plan = planOf({ durationMs: 300, load: { kind: 'open', arrivals }, pool: { connectionLimit: 1 } });
    const { histogramsUs } = await runOn(clock, driver, plan);
    const inMs = (name: keyof typeof histogramsUs) =>
      histogramsUs[name].buckets().map(({ from, count }) => [Math.round(from / 1_000), count]);
    expect(inMs('lag')).toEqual([[0, 6]]);
    expect(inMs('wait')).toEqual([
      [0, 3],
      [30, 3],
    ]);
    expect(inMs('service')).toEqual([[30, 6]]);
    expect(inMs('total')).toEqual([
      [30, 3],
      [60, 3],
    ]);
  });

  it('books the delay of poolctl itself as lag, and as a part of the total', async () => {
    const { clock, driver } = serverOf(() => 10);
    clock.at(95, () => clock.skip(50));
    const plan = planOf({ durationMs: 200, load: { kind: 'open', arrivals: { kind: 'trace', timesMs: [0, 100] } } });
    const { histogramsUs } = await runOn(clock, driver, plan);
    const maxMs = (name: 'lag' | 'wait' | 'service' | 'total') => Math.round(histogramsUs[name].max / 1_000);
    expect([maxMs('lag'), maxMs('wait'), maxMs('service'), maxMs('total')]).toEqual([45, 0, 10, 55]);
  });

  it('shows a stall that a closed loop of the same rate does not show', async () => {
    // The server stands still for 150 ms of every second; one worker in a closed loop meets that once a second.
    const stalled = (nowMs: number) => (nowMs % 1_000 < 850 ? 1 : 1_000 - (nowMs % 1_000) + 1);
    const open = serverOf(stalled);
    const closed = serverOf(stalled);
    const opened = await runOn(open.clock, open.driver, planOf({ load: poisson(600), pool: { connectionLimit: 8 } }));
    const looped = await runOn(
      closed.clock,
      closed.driver,
      planOf({ load: { kind: 'closed', workers: 8 }, pool: { connectionLimit: 8 } }),
    );
    expect(opened.histogramsUs.total.valueAt(0.95)).toBeGreaterThan(90_000);
    expect(looped.histogramsUs.total.valueAt(0.95)).toBeLessThan(2_000);
  });

  it('leaves the warm-up out, and keeps requests that end after the window', async () => {
    const { clock, driver } = serverOf((nowMs) => (nowMs < 1_000 ? 700 : 40));
    const plan = planOf({ warmupMs: 1_000, durationMs: 1_000, load: paced(10), pool: { connectionLimit: 50 } });
    const run = await runOn(clock, driver, plan);
    // Due at 1,000, 1,100 ... 1,900 ms; the last of them ends at 1,940 ms, those of the warm-up at up to 1,600 ms.
    expect(run).toMatchObject({ requests: 10, completed: 10, measuredMs: 1_000 });
    expect(run.histogramsUs.service.max).toBeLessThan(41_000);
  });

  it('counts by batches of the same length, which add up', async () => {
    const { clock, driver } = serverOf(() => 5);
    const run = await runOn(clock, driver, planOf({ durationMs: 6_000, load: poisson(300) }));
    expect([run.batchMs, run.batches.length]).toEqual([60, 100]);
    const sum = (of: (batch: (typeof run.batches)[number]) => number) =>
      run.batches.reduce((all, batch) => all + of(batch), 0);
    expect(sum(({ completed }) => completed)).toBe(run.completed);
    expect(sum(({ serviceMs }) => serviceMs)).toBeCloseTo(run.completed * 5, 3);
    expect(sum(({ waitMs }) => waitMs) / run.completed).toBeCloseTo(run.histogramsUs.wait.mean / 1_000, 2);
  });

  it('counts as throughput what ended in the window, and not what a queue is served later', async () => {
    const { clock, driver } = serverOf(() => 50);
    const run = await runOn(
      clock,
      driver,
      planOf({ durationMs: 4_000, load: paced(40), pool: { connectionLimit: 1 } }),
    );
    expect(run.completed).toBeGreaterThan(100);
    expect(run.batches.reduce((sum, { ended = 0 }) => sum + ended, 0)).toBeCloseTo(80, -1);
    expect(throughputOf(run).value).toBeCloseTo(20, -0.5);
  });

  it('has a row for each second, with the queue at its end', async () => {
    const { clock, driver } = serverOf((nowMs) => (nowMs < 1_500 ? 10 : 2_500 - nowMs));
    const run = await runOn(
      clock,
      driver,
      planOf({ durationMs: 3_000, load: paced(100), pool: { connectionLimit: 2 } }),
    );
    expect(run.seconds.map(({ completed, waiting, connections }) => [completed, waiting, connections])).toEqual([
      [98, 0, 2],
      [51, 48, 2],
      [150, 0, 2],
    ]);
  });
});

describe('what is counted', () => {
  it('counts every request once, whatever becomes of it', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = new RandomStream(seed, 9);
      const clock = new VirtualClock();
      const driver = new FakeDriver({
        clock,
        serviceMs: () => (random.uniform() < 0.001 ? Number.POSITIVE_INFINITY : random.exponential() * 8),
        failure: () => (random.uniform() < 0.05 ? 'deadlock' : undefined),
        refusal: () => (random.uniform() < 0.05 ? 'connect-failed' : undefined),
      });
      const pool = { connectionLimit: 3, ...(seed % 2 ? { queueLimit: 10 } : { acquireTimeoutMs: 20 }) };
      const plan = planOf({ warmupMs: 200, durationMs: 2_000, seed, load: poisson(400), pool });
      const run = await runOn(clock, driver, plan, { onStuck: async () => driver.cancel() });
      expect(isBalanced(run)).toBe(true);
      expect(run.histogramsUs.total.count).toBe(run.completed);
      // As many were due: 800, with a standard deviation of 28.
      expect(Math.abs(run.requests - 800)).toBeLessThan(120);
      expect(driver.busy).toBe(0);
    }
  });

  it('goes on where the pool under test refuses by itself', async () => {
    const { clock, driver } = serverOf(() => 100);
    const pool = { connectionLimit: 1, queueLimit: 2 };
    const run = await runOn(clock, driver, planOf({ durationMs: 2_000, load: paced(100), pool }));
    expect(run).toMatchObject({ overCapacity: false, unsent: 0 });
    expect(run.failed['queue-full']).toBeGreaterThan(150);
    expect(run.failureLabels).toEqual({ 'QUEUE-FULL': run.failed['queue-full'] });
  });

  it('counts who gave up waiting by the pool’s own limit', async () => {
    const { clock, driver } = serverOf(() => 100);
    const pool = { connectionLimit: 1, acquireTimeoutMs: 250 };
    const run = await runOn(clock, driver, planOf({ durationMs: 2_000, load: paced(100), pool }));
    expect(run.failed['acquire-timeout']).toBeGreaterThan(150);
    expect(run.histogramsUs.wait.max).toBeLessThan(251_000);
  });

  it('stops when the queue has grown beyond its bound, and says so', async () => {
    const { clock, driver } = serverOf(() => 1_000);
    const run = await runOn(
      clock,
      driver,
      planOf({ durationMs: 60_000, load: paced(1_000), pool: { connectionLimit: 1 } }),
    );
    expect(run.overCapacity).toBe(true);
    expect(run.measuredMs).toBeLessThan(1_100);
    expect(run.unfinished).toBeGreaterThan(900);
    expect(isBalanced(run)).toBe(true);
  });

  it('stops when poolctl itself is a second behind, and counts what was due as unsent', async () => {
    const { clock, driver } = serverOf(() => 1);
    clock.at(3_000, () => clock.skip(1_500));
    const run = await runOn(clock, driver, planOf({ durationMs: 10_000, load: paced(100) }));
    expect(run.overCapacity).toBe(true);
    expect(run.unsent).toBeGreaterThan(145);
    // What it did not send is as late as it was: the machine stood still, and not the server.
    expect(run.histogramsUs.lag.max / 1_000).toBeGreaterThan(1_400);
    expect(isBalanced(run)).toBe(true);
  });

  it('says so too when it was behind at the very end', async () => {
    const { clock, driver } = serverOf(() => 1);
    clock.at(9_500, () => clock.skip(1_500));
    const run = await runOn(clock, driver, planOf({ durationMs: 10_000, load: paced(100) }));
    expect(run.overCapacity).toBe(true);
    expect(run.unsent).toBeGreaterThan(40);
    expect(isBalanced(run)).toBe(true);
  });

  it('calls a queue that grew to the end over capacity, though it stayed within its bound', async () => {
    const { clock, driver } = serverOf(() => 10);
    const busy = await runOn(clock, driver, planOf({ load: poisson(360) }));
    const over = serverOf(() => 10);
    const tooMuch = await runOn(over.clock, over.driver, planOf({ load: poisson(440) }));
    expect([busy.overCapacity, tooMuch.overCapacity]).toEqual([false, true]);
  });

  it('calls it so too under a timeout that nobody lives to see, and not under one that ends it', async () => {
    const within = async (acquireTimeoutMs: number) => {
      const { clock, driver } = serverOf(() => 10);
      const plan = planOf({ durationMs: 10_000, load: poisson(440), pool: { acquireTimeoutMs } });
      return (await runOn(clock, driver, plan)).overCapacity;
    };
    expect([await within(30_000), await within(500)]).toEqual([true, false]);
  });

  it('counts thousands that still wait at the end, apart from those that run', async () => {
    const { clock, driver } = serverOf(() => 200);
    const pool = { connectionLimit: 2, acquireTimeoutMs: 60_000 };
    const run = await runOn(clock, driver, planOf({ durationMs: 5_000, load: paced(2_000), pool }));
    expect(run.stillWaiting).toBeGreaterThan(9_000);
    expect(run.unfinished - run.stillWaiting).toBe(2);
    expect(isBalanced(run)).toBe(true);
    // Nobody is served after the end.
    expect(driver.sent.length).toBe(run.completed + 2);
  });

  it('counts what never came back as unfinished, and has it ended', async () => {
    const { clock, driver } = serverOf((nowMs) => (nowMs >= 500 && nowMs < 600 ? Number.POSITIVE_INFINITY : 5));
    let cancelled = 0;
    const run = await runOn(
      clock,
      driver,
      planOf({ durationMs: 1_000, load: paced(20), pool: { connectionLimit: 9 } }),
      {
        onStuck: async () => {
          cancelled = driver.hanging.size;
          driver.cancel();
        },
      },
    );
    expect([cancelled, run.unfinished, run.completed]).toEqual([2, 2, 17]);
    expect(driver.ended).toBe(driver.opened);
  });
});

describe('an abort', () => {
  it('keeps what there is, and says that it was cut short', async () => {
    const { clock, driver } = serverOf(() => 5);
    const abort = new AbortController();
    clock.at(2_002, () => abort.abort());
    const run = await runOn(clock, driver, planOf({ durationMs: 60_000, load: paced(100) }), { signal: abort.signal });
    expect(run).toMatchObject({ cutShort: true, overCapacity: false, requests: 200, measuredMs: 2_002 });
    expect(isBalanced(run)).toBe(true);
  });

  it('gives connections that come too late back at once', async () => {
    const { clock, driver } = serverOf(() => 400);
    const abort = new AbortController();
    clock.at(1_001, () => abort.abort());
    const pool = { connectionLimit: 1 };
    const run = await runOn(clock, driver, planOf({ load: paced(50), pool }), { signal: abort.signal });
    // Two are done by then and the third is waited for; the others have asked and never get to send anything.
    expect(driver.sent.length).toBe(3);
    expect(run).toMatchObject({ completed: 3, unfinished: 47, stillWaiting: 47 });
    expect(driver.busy).toBe(0);
  });

  it('in the warm-up gives a run without requests', async () => {
    const { clock, driver } = serverOf(() => 5);
    const abort = new AbortController();
    clock.at(500, () => abort.abort());
    const plan = planOf({ warmupMs: 1_000, load: paced(100) });
    const run = await runOn(clock, driver, plan, { signal: abort.signal });
    expect(run).toMatchObject({ cutShort: true, requests: 0, measuredMs: 0, batches: [], seconds: [] });
  });
});
