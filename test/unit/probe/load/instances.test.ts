import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoadPool } from '../../../../src/drivers/driver.ts';
import type { StepPlan, StepRun } from '../../../../src/probe/load/model.ts';
import { type OpenLoad, scheduleOf } from '../../../../src/probe/load/schedule.ts';
import { planFor, shardOf, shardsOf, threadsOf } from '../../../../src/probe/load/shard.ts';
import { RandomStream } from '../../../../src/traffic/random.ts';
import { mmcq } from '../../../bench/exact.mjs';
import { FakeDriver, isBalanced, planOf, runOn, VirtualClock } from '../../../helpers/fake-load.ts';
import { known } from '../../../helpers/known.ts';

const open = (ratePerSecond: number, kind: 'poisson' | 'paced' = 'poisson'): OpenLoad => ({
  kind: 'open',
  arrivals: { kind, ratePerSecond },
});

/** The moments of each instance, over all threads of so many processes. */
function dealt(plan: StepPlan, untilMs: number, processes = 1): number[][] {
  const { load, seed, instances = 1 } = plan;
  if (load.kind === 'closed') return [];
  const all: number[][] = Array.from({ length: instances }, () => []);
  for (let index = 0; index < processes; index += 1) {
    for (const shard of shardsOf(plan, { index, of: processes })) {
      const schedule = scheduleOf(load, seed, shard);
      for (; schedule.nextMs < untilMs; schedule.advance()) {
        all[schedule.ownCard * shard.threads + shard.thread]?.push(schedule.nextMs);
      }
    }
  }
  return all;
}

describe('the requests of several instances', () => {
  it('go to the same instances at the same moments, on however many threads and processes', () => {
    for (const load of [open(500), open(500, 'paced'), { ...open(500), splitBy: 'round-robin' } as const]) {
      const plan = planOf({ load, instances: 5, pool: { connectionLimit: 2 } });
      const alone = dealt(plan, 4_000);
      for (const threads of [2, 3, 5, 8]) expect(dealt({ ...plan, threads }, 4_000)).toEqual(alone);
      for (const processes of [2, 3, 5]) expect(dealt({ ...plan, threads: 2 }, 4_000, processes)).toEqual(alone);
    }
  });

  it('are as many for each, a Poisson process by lot and every n-th in turn', () => {
    const plan = planOf({ load: open(1_000), instances: 4, pool: { connectionLimit: 2 } });
    for (const moments of dealt(plan, 20_000)) {
      // 5,000 requests: the standard errors are 1.4 % and 2.8 %; four of them are allowed.
      expect(Math.abs(moments.length / 5_000 - 1)).toBeLessThan(0.057);
      expect(Math.abs(scvOfGaps(moments) - 1)).toBeLessThan(0.12);
    }
    const turns = dealt({ ...plan, load: { ...open(1_000), splitBy: 'round-robin' } }, 20_000);
    // Gaps of four exponential stages.
    for (const moments of turns) expect(Math.abs(scvOfGaps(moments) - 0.25)).toBeLessThan(0.03);
    const paced = dealt({ ...plan, load: open(1_000, 'paced') }, 1_000);
    expect(
      new Set(paced.flatMap((moments) => moments.slice(1).map((ms, at) => Math.round(ms - (moments[at] ?? 0))))),
    ).toEqual(new Set([4]));
  });
});

describe('the plan of a thread', () => {
  it('has whole instances with their workers, and nothing is lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(90),
        (wanted, instances, extra) => {
          const workers = instances + extra;
          const plan = planOf({ load: { kind: 'closed', workers }, instances, threads: wanted });
          const threads = threadsOf(plan);
          expect(threads).toBe(Math.min(wanted, instances));
          const parts = Array.from({ length: threads }, (_, thread) => planFor(plan, shardOf(plan, thread, threads)));
          // As the loop deals them within a thread, every instance has the workers that it would have in one.
          const each = parts.flatMap((part) => sharesOf(part));
          expect(each.toSorted((a, b) => b - a)).toEqual(sharesOf(plan));
          expect(parts.every(({ pool }) => pool.connectionLimit === plan.pool.connectionLimit)).toBe(true);
        },
      ),
    );
  });
});

describe('a load on several instances', () => {
  it('is held by as many pools, of which each has its own connections and its own queue', async () => {
    const { clock, driver } = serverOf(() => 30);
    // Two at once on two instances of one connection, in turn: nobody waits, as three at once would.
    const arrivals = { kind: 'trace', timesMs: [0, 0, 100, 100, 100, 200, 200] } as const;
    const load = { kind: 'open', arrivals, splitBy: 'round-robin' } as const;
    const run = await runOn(
      clock,
      driver,
      planOf({ durationMs: 300, load, instances: 2, pool: { connectionLimit: 1 } }),
    );
    expect([driver.opened, driver.ended, driver.mostBusy]).toEqual([2, 2, 2]);
    expect(run.histogramsUs.wait.buckets().map(({ from, count }) => [Math.round(from / 1_000), count])).toEqual([
      [0, 6],
      [30, 1],
    ]);
    expect(run.batches.reduce((sum, { waited = 0 }) => sum + waited, 0)).toBe(1);
    expect(run.seconds).toMatchObject([{ connections: 2, waiting: 0 }]);
  });

  it('refuses in the instance whose queue is full, while another has room', async () => {
    const { clock, driver } = serverOf(() => 30);
    const arrivals = { kind: 'trace', timesMs: [0, 0, 0, 0, 0] } as const;
    const load = { kind: 'open', arrivals, splitBy: 'round-robin' } as const;
    const pool = { connectionLimit: 1, queueLimit: 1 };
    const run = await runOn(clock, driver, planOf({ durationMs: 300, load, instances: 2, pool }));
    // Of five the first instance has three: one at work, one in the queue.
    expect(run).toMatchObject({ completed: 4, failed: { 'queue-full': 1 } });
    expect(isBalanced(run)).toBe(true);
  });

  it('has the workers of a closed loop keep to their instance', async () => {
    const { clock, driver } = serverOf(() => 10);
    const plan = planOf({
      durationMs: 1_000,
      load: { kind: 'closed', workers: 5 },
      instances: 2,
      pool: { connectionLimit: 2 },
    });
    const run = await runOn(clock, driver, plan);
    expect(driver.mostBusy).toBe(4);
    // The first instance has three workers for two connections, so one always waits; the other has two, and none does.
    expect(run.completed).toBe(396);
    expect(waitedShare(run)).toBeCloseTo(0.5, 1);
  });

  it('waits as so many queues do, and not as one', async () => {
    const lots = new RandomStream(7, 5);
    const { clock, driver } = serverOf(() => 40 * lots.exponential());
    const plan = planOf({ durationMs: 200_000, load: open(140), instances: 4, pool: { connectionLimit: 2 } });
    const run = await runOn(clock, driver, plan);
    const [each, together] = [mmcq(2, 1.4, 40), mmcq(8, 5.6, 40)];
    const share = waitedShare(run);
    expect(Math.abs(share / known(each.waitProbability) - 1)).toBeLessThan(0.05);
    expect(share).toBeGreaterThan(1.5 * known(together.waitProbability));
    expect(Math.abs(run.histogramsUs.wait.mean / 1_000 / known(each.meanWaitMs) - 1)).toBeLessThan(0.15);
  });

  it('opens the pools of all instances at ten connections in a tenth of a second, and closes all where one fails', async () => {
    const { clock, driver } = serverOf(() => 10);
    const paces = new Set<unknown>();
    const failing = {
      ...{ name: 'failing', connect: () => driver.connect(), classify: (error: Error) => driver.classify(error) },
      createPool(...args: Parameters<FakeDriver['createPool']>): LoadPool {
        const pool = driver.createPool(...args);
        const { openAll } = pool;
        return Object.assign(pool, {
          async openAll(signal: AbortSignal, pace: unknown) {
            paces.add(pace);
            if (driver.opened >= 4) throw new Error('full');
            return openAll.call(pool, signal);
          },
        });
      },
    };
    const plan = planOf({ load: open(10), instances: 3, pool: { connectionLimit: 2 } });
    await expect(runOn(clock, failing, plan)).rejects.toThrow('full');
    expect([paces.size, driver.opened, driver.ended]).toEqual([1, 4, 4]);
  });
});

function serverOf(serviceMs: (nowMs: number) => number) {
  const clock = new VirtualClock();
  return { clock, driver: new FakeDriver({ clock, serviceMs }) };
}

function sharesOf({ instances = 1, load }: StepPlan): number[] {
  const workers = load.kind === 'closed' ? load.workers : 0;
  return Array.from(
    { length: instances },
    (_, at) => Math.floor(workers / instances) + (at < workers % instances ? 1 : 0),
  );
}

function scvOfGaps(moments: readonly number[]): number {
  const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length / mean ** 2;
}

function waitedShare({ batches }: StepRun): number {
  const of = (pick: (batch: StepRun['batches'][number]) => number) => batches.reduce((sum, one) => sum + pick(one), 0);
  return of(({ waited = 0 }) => waited) / of(({ completed }) => completed);
}
