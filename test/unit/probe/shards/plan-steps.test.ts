import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardShare } from '../../../../src/probe/load/shard.ts';
import type { ProbeRequest, ProbeTask } from '../../../../src/probe/request.ts';
import { planSteps } from '../../../../src/probe/shards/plan-steps.ts';
import { drainMsOf, type StepsWish } from '../../../../src/probe/shards/slots.ts';

function wish(task: ProbeTask, more: Partial<StepsWish> = {}, asked: Partial<ProbeRequest> = {}): StepsWish {
  const request = {
    task,
    ...{ durationMs: 60_000, seed: 1, threads: 1 },
    arrivals: { name: 'poisson', at: (ratePerSecond: number) => ({ kind: 'poisson', ratePerSecond }) },
    ...asked,
  } as unknown as ProbeRequest;
  return { request, shards: 3, allowed: 22, drainMs: 1_000, connectTimeoutMs: 10_000, ...more };
}

const ramp: ProbeTask = { kind: 'ramp', rounds: 3 };
const sizesOf = ({ steps }: ReturnType<typeof planSteps>) => [
  ...new Set(steps.map(({ plan }) => plan.pool.connectionLimit)),
];

describe('the ramp of several shards', () => {
  it('has sizes of all shards together, which are the same pool in each: 1, 2, 4 … and what is allowed', () => {
    expect(sizesOf(planSteps(wish(ramp)))).toEqual([3, 6, 12, 21]);
    expect(sizesOf(planSteps(wish(ramp, { shards: 2, allowed: 500 })))).toEqual([2, 4, 8, 16, 32, 64]);
    expect(sizesOf(planSteps(wish(ramp, { shards: 40, allowed: 500 })))).toEqual([40, 80, 160, 320]);
  });

  it('takes given sizes as they are, but none that leaves a shard without a connection', () => {
    const sizes = [5, 10];
    expect(sizesOf(planSteps(wish({ ...ramp, sizes })))).toEqual(sizes);
    expect(() => planSteps(wish({ ...ramp, sizes: [2, 10] }))).toThrow(
      expect.objectContaining({ code: 'VALUE_INVALID', message: expect.stringMatching(/^--sizes 2: .* 3 shards/) }),
    );
  });

  it('goes up, down and up again, one seed a round, as the ramp of one process does', () => {
    const { steps, question } = planSteps(wish({ ...ramp, sizes: [3, 6] }));
    expect(steps.map(({ label, plan }) => [label, plan.seed])).toEqual([
      ['round 1 of 3, 3 connections', 1],
      ['round 1 of 3, 6 connections', 1],
      ['round 2 of 3, 6 connections', 2],
      ['round 2 of 3, 3 connections', 2],
      ['round 3 of 3, 3 connections', 3],
      ['round 3 of 3, 6 connections', 3],
    ]);
    expect(question).toMatchObject({
      kind: 'ramp',
      rounds: 3,
      workers: steps[0]?.plan.load.kind === 'closed' && steps[0].plan.load.workers,
    });
  });

  it('fits the time, leaves room between steps, measures whole seconds, and gives each shard a worker for each connection and two that wait', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 20, max: 400 }),
        fc.integer({ min: 60, max: 600 }),
        fc.integer({ min: 1_000, max: 3_000 }),
        fc.integer({ min: 1, max: 4 }),
        (shards, allowed, seconds, drainMs, threads) => {
          const durationMs = seconds * 1_000;
          const { steps, leadMs } = planSteps(
            wish({ ...ramp, rounds: 1 }, { shards, allowed, drainMs }, { durationMs, threads }),
          );
          let freeFromMs = 0;
          for (const { startMs, plan } of steps) {
            expect(startMs).toBeGreaterThanOrEqual(freeFromMs);
            expect(plan.durationMs % 1_000).toBe(0);
            expect(plan.durationMs).toBeGreaterThan(0);
            const { connectionLimit } = plan.pool;
            const parts = Array.from({ length: shards }, (_, thread) => ({ thread, threads: shards }));
            for (const part of parts) {
              expect(plan.threads).toBeLessThanOrEqual(shardShare(connectionLimit, part));
              const workers = plan.load.kind === 'closed' ? shardShare(plan.load.workers, part) : 0;
              expect(workers).toBeGreaterThanOrEqual(shardShare(connectionLimit, part) + 2);
            }
            freeFromMs = startMs + plan.warmupMs + plan.durationMs + drainMs + 10 * Math.ceil(connectionLimit / shards);
          }
          expect(leadMs + freeFromMs).toBeLessThanOrEqual(durationMs + drainMs);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has fewer rounds where the time is short, and is refused where their number was asked for', () => {
    const short = { durationMs: 30_000 };
    expect(planSteps(wish(ramp, {}, short)).question).toMatchObject({ rounds: 2 });
    expect(() => planSteps(wish({ ...ramp, areRoundsFixed: true }, {}, short))).toThrow(
      expect.objectContaining({ code: 'VALUE_INVALID', hint: expect.stringMatching(/--duration \d+s/) }),
    );
  });
});

describe('one load of several shards', () => {
  const pool = { connectionLimit: 12, queueLimit: 20, acquireTimeoutMs: 2_000 };

  it('is one step of all shards together: its rate, its pool and its seed are those of one process', () => {
    const { steps, question } = planSteps(wish({ kind: 'load', pool, tps: 200 }));
    expect(question).toEqual({ kind: 'load', pool });
    expect(steps).toMatchObject([
      {
        startMs: 0,
        plan: {
          pool,
          load: { kind: 'open', arrivals: { ratePerSecond: 200 } },
          durationMs: 60_000,
          seed: 1,
          threads: 1,
        },
      },
    ]);
  });

  it('is refused where a shard would have no connection, or no request', () => {
    const [small, few] = [{ connectionLimit: 2 }, { connectionLimit: 12 }];
    for (const task of [
      { kind: 'load', pool: small, tps: 200 },
      { kind: 'verify', pool: small, tps: 200, source: 'size.json' },
      { kind: 'load', pool: few, concurrency: 2 },
      { kind: 'load', pool: few, instances: 2, tps: 200 },
    ] as const) {
      expect(() => planSteps(wish(task))).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }));
    }
  });

  it('has at most one thread for each connection of a shard', () => {
    const [step] = planSteps(wish({ kind: 'load', pool: { connectionLimit: 7 }, tps: 200 }, {}, { threads: 4 })).steps;
    expect(step?.plan.threads).toBe(2);
  });

  it('of a fleet deals whole instances, each with its own pool and rate', () => {
    const { steps, leadMs } = planSteps(wish({ kind: 'load', pool, instances: 20, tps: 10 }, { shards: 4 }));
    expect(steps).toMatchObject([
      { label: 'pool 20 × 12/20/2 s', plan: { pool, instances: 20, load: { arrivals: { ratePerSecond: 200 } } } },
    ]);
    expect(leadMs).toBeGreaterThan(2 * (1_000 + (20 * 12 * 100) / 4 / 10));
  });

  it('is no comparison', () => {
    expect(() => planSteps(wish({ kind: 'stall', pool, tps: 200, freezeMs: 5_000 }))).toThrow(
      expect.objectContaining({ code: 'INPUT_CONTRADICTION', message: '--shards and --stall cannot both be given.' }),
    );
  });
});

describe('the room at the end of a step', () => {
  it('is a second, or what nearly all holds need, and never more than ten', () => {
    const hold = (meanMs: number) => ({
      variables: { hold: { kind: 'sleep', law: { kind: 'exponential', meanMs } } as const },
    });
    expect(drainMsOf({ variables: { id: { kind: 'uuid' } } })).toBe(1_000);
    expect(drainMsOf(hold(20))).toBe(1_000);
    expect(drainMsOf(hold(500))).toBe(Math.ceil(500 * Math.log(1_000)));
    expect(drainMsOf(hold(60_000))).toBe(10_000);
  });
});
