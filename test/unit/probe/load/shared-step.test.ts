import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinShards, joinSlices } from '../../../../src/probe/load/join.ts';
import type { StepPlan } from '../../../../src/probe/load/model.ts';
import { openStep } from '../../../../src/probe/load/open-step.ts';
import { pumpMaker } from '../../../../src/probe/load/pump.ts';
import { scheduleOf } from '../../../../src/probe/load/schedule.ts';
import { planFor, type Shard, shardShare, shardsOf } from '../../../../src/probe/load/shard.ts';
import type { ShardRun } from '../../../../src/probe/load/shard-run.ts';
import type { ArrivalLaw } from '../../../../src/traffic/arrival-law.ts';
import { FakeDriver, noTarget, planOf, VirtualClock, workloadOf } from '../../../helpers/fake-load.ts';

const poisson = (ratePerSecond: number) => ({ kind: 'open', arrivals: { kind: 'poisson', ratePerSecond } }) as const;

const laws: fc.Arbitrary<ArrivalLaw> = fc.constantFrom(
  { kind: 'poisson', ratePerSecond: 500 },
  { kind: 'paced', ratePerSecond: 500 },
  { kind: 'bursty', ratePerSecond: 500, factor: 4, burstMs: 100, quietMs: 300 },
);

/** When each request is due, and which of all instances gets it. */
function requestsOf(plan: StepPlan, shard: Shard): (readonly [number, number])[] {
  if (plan.load.kind !== 'open') return [];
  const schedule = scheduleOf(plan.load, plan.seed, shard);
  const requests: (readonly [number, number])[] = [];
  for (; schedule.nextMs < 1_500; schedule.advance()) {
    requests.push([schedule.nextMs, schedule.ownCard * shard.threads + shard.thread]);
  }
  return requests;
}

function momentsOf(plan: StepPlan, shard: Shard): number[] {
  return requestsOf(plan, shard).map(([moment]) => moment);
}

describe('a step that several processes share', () => {
  const shared = fc.record({ processes: fc.integer({ min: 1, max: 5 }), threads: fc.integer({ min: 1, max: 4 }) });
  const partsOf = (plan: StepPlan, of: number) =>
    Array.from({ length: of }, (_, index) => shardsOf(plan, { index, of }));

  it('has the arrivals of one process, each once, also where the rate rises', () => {
    fc.assert(
      fc.property(shared, laws, fc.nat(40), fc.integer({ min: 1, max: 99 }), (sizes, arrivals, extra, seed) => {
        const { processes, threads } = sizes;
        const rates = [{ fromMs: 400, factor: 2.5 }];
        const pool = { connectionLimit: processes + extra };
        const plan = planOf({ load: { kind: 'open', arrivals, rates }, pool, threads, seed });
        const together = partsOf(plan, processes)
          .flat()
          .flatMap((shard) => momentsOf(plan, shard));
        const [alone] = shardsOf({ ...plan, threads: 1 });
        expect(together.sort((a, b) => a - b)).toEqual(alone && momentsOf(plan, alone));
      }),
      { numRuns: 30 },
    );
  });

  it('has the same requests on the same instances as one process', () => {
    fc.assert(
      fc.property(shared, laws, fc.nat(12), ({ processes, threads }, arrivals, extra) => {
        const instances = processes + extra;
        const plan = planOf({ load: { kind: 'open', arrivals }, pool: { connectionLimit: 2 }, instances, threads });
        const dealt = (of: number, each: number) =>
          partsOf({ ...plan, threads: each }, of)
            .flat()
            .flatMap((shard) => requestsOf(plan, shard))
            .sort(([a, one], [b, other]) => a - b || one - other);
        expect(dealt(processes, threads)).toEqual(dealt(1, 1));
      }),
      { numRuns: 20 },
    );
  });

  it('has its connections, its queue and its workers, dealt as evenly as cards, and the threads of one process with as many', () => {
    fc.assert(
      fc.property(shared, fc.nat(60), fc.nat(60), fc.nat(40), ({ processes, threads }, extra, workers, queueLimit) => {
        const connectionLimit = processes + extra;
        const plan = planOf({ load: { kind: 'closed', workers }, pool: { connectionLimit, queueLimit }, threads });
        const parts = partsOf(plan, processes);
        const perProcess = (of: (part: StepPlan) => number) =>
          parts.map((own) => own.reduce((sum, shard) => sum + of(planFor(plan, shard)), 0));
        const dealt = (count: number) => parts.map((_, thread) => shardShare(count, { thread, threads: processes }));
        expect(perProcess(({ pool }) => pool.connectionLimit)).toEqual(dealt(connectionLimit));
        expect(perProcess(({ pool }) => pool.queueLimit ?? 0)).toEqual(dealt(queueLimit));
        expect(perProcess(({ load }) => (load.kind === 'closed' ? load.workers : 0))).toEqual(dealt(workers));
        const all = parts.flat();
        expect(all.every(({ threads: count }) => count === all.length)).toBe(true);
        expect(all.map(({ thread }) => thread).sort((a, b) => a - b)).toEqual(all.map((_, thread) => thread));
        expect(all.every((shard) => planFor(plan, shard).pool.connectionLimit > 0)).toBe(true);
      }),
    );
  });
});

/** Runs a part from `startMs` on, on a clock that is at `openMs` when the pool is open. */
async function runPart(plan: StepPlan, startMs: number, openMs: number, serviceMs = 3): Promise<ShardRun> {
  const clock = new VirtualClock();
  clock.skip(openMs);
  const driver = new FakeDriver({ clock, serviceMs: () => serviceMs });
  const [shard = { thread: 0, threads: 1, cards: 1 }] = shardsOf(plan);
  const opened = await clock.runUntil(
    openStep({
      ...{ to: noTarget, driver, workload: workloadOf('select 1'), plan, shard, clock, hasSlices: true },
      ...{ makePump: pumpMaker('timer', clock), signal: new AbortController().signal },
    }),
  );
  return clock.runUntil(opened.run(startMs));
}

describe('the moment at which a step was told to begin', () => {
  const open = planOf({ warmupMs: 500, durationMs: 2_000, load: poisson(200), pool: { connectionLimit: 20 } });
  const closed = planOf({ warmupMs: 500, durationMs: 2_000, load: { kind: 'closed', workers: 3 } });

  it.each([open, closed])('is kept by a pool that is open before: $load.kind', async (plan) => {
    const early = await runPart(plan, 7_000, 5_000);
    const atOnce = await runPart(plan, 0, 0);
    expect(early.window).toEqual({ fromMs: 7_500, toMs: 9_500 });
    expect(early.completed).toBe(atOnce.completed);
    expect(early.histogramsUs.lag).toEqual(atOnce.histogramsUs.lag);
    expect(early.slices).toEqual(atOnce.slices);
  });

  it('leaves the window where it is when the pool opens in the warm-up, without a burst', async () => {
    const late = await runPart(open, 7_000, 7_400);
    expect(late.window).toEqual({ fromMs: 7_500, toMs: 9_500 });
    expect(late).toMatchObject({ requests: (await runPart(open, 0, 0)).requests, unsent: 0, overCapacity: false });
  });

  it('leaves out of an open loop what was due long before, and counts it as not sent', async () => {
    const late = await runPart(open, 7_000, 8_500);
    const whole = await runPart(open, 7_000, 5_000);
    expect(late.requests).toBe(whole.requests);
    expect(late.unsent).toBeGreaterThan(100);
    expect(late.unsent + late.completed).toBe(whole.completed);
    const [first, second] = late.slices ?? [];
    expect(first?.unsent).toBe(late.unsent);
    expect(second).toMatchObject({ requests: whole.slices?.[1]?.requests, unsent: 0 });
  });

  it('leaves a closed loop what is left of the window', async () => {
    const late = await runPart(closed, 7_000, 8_500);
    expect(late.window).toEqual({ fromMs: 7_500, toMs: 9_500 });
    expect(late.completed).toBeCloseTo((await runPart(closed, 0, 0)).completed / 2, -1);
  });
});

describe('the seconds of a window', () => {
  it.each([
    planOf({ warmupMs: 300, durationMs: 5_000, load: poisson(150), pool: { connectionLimit: 2 } }),
    planOf({ warmupMs: 300, durationMs: 5_000, load: { kind: 'closed', workers: 9 } }),
  ])('are together the whole, also where requests end seconds later: $load.kind', async (plan) => {
    const run = await runPart(plan, 0, 0, 17);
    const { requests, ...counts } = joinSlices(run.slices ?? []);
    expect(run.slices?.length).toBe(5);
    const notDone = plan.load.kind === 'closed' ? run.unfinished : 0;
    expect(requests).toBe(run.requests - notDone);
    const { completed, failed, failureLabels, unsent, histogramsUs } = run;
    expect(counts).toEqual({ completed, failed, failureLabels, unsent, histogramsUs });
  });

  it('are whole seconds only, and kept only where they were asked for', async () => {
    const plan = planOf({ durationMs: 2_600, load: poisson(50) });
    expect((await runPart(plan, 0, 0)).slices?.length).toBe(2);
    const clock = new VirtualClock();
    const [shard = { thread: 0, threads: 1, cards: 1 }] = shardsOf(plan);
    const driver = new FakeDriver({ clock, serviceMs: () => 1 });
    const parts = { to: noTarget, driver, workload: workloadOf('select 1'), plan, shard, clock };
    const more = { makePump: pumpMaker('timer', clock), signal: new AbortController().signal };
    const opened = await clock.runUntil(openStep({ ...parts, ...more }));
    expect((await clock.runUntil(opened.run())).slices).toBeUndefined();
  });

  it('add up over processes', async () => {
    const plan = planOf({ durationMs: 3_000, load: poisson(300), pool: { connectionLimit: 6 } });
    const run = await runPart(plan, 0, 0);
    const both = joinShards([run, run]);
    expect(both.slices?.map(({ completed }) => completed)).toEqual(run.slices?.map(({ completed }) => 2 * completed));
    expect(both.window).toEqual(run.window);
  });
});
