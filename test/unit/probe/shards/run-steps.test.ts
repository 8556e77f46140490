import { describe, expect, it } from 'vitest';
import type { StepPart } from '../../../../src/probe/load/step.ts';
import { refuseFull, refuseOtherServer } from '../../../../src/probe/shards/run-checks.ts';
import { runSteps, type StepsOfShard, stepsEndMs } from '../../../../src/probe/shards/run-steps.ts';
import { shardPlan } from '../../../helpers/shard-plan.ts';
import { madeRequests, shardRunOf } from '../../../helpers/shard-runs.ts';

type Outcome = Awaited<ReturnType<StepsOfShard['bench']['outcome']>>;

const [planned] = shardPlan().steps;
if (!planned) throw new Error('a plan without a step');
/** Three steps, one a minute: 1.5 s of warm-up, and 10 s that count. */
const plan = shardPlan({ steps: [0, 60_000, 120_000].map((startMs) => ({ ...planned, startMs })) });

/** Which steps are begun by a shard whose clock stands still at `nowMs`, and how long their windows were. */
async function begun(nowMs: number, measuredMs: readonly number[] = [], over = new AbortController()) {
  const parts: (StepPart | undefined)[] = [];
  const kept: number[] = [];
  await runSteps({
    ...{ plan, part: { index: 1, of: 3 }, startMs: 5_000, now: () => nowMs },
    bench: {
      signal: over.signal,
      get isOver() {
        return over.signal.aborted;
      },
      async outcome(_label, _plan, options): Promise<Outcome> {
        parts.push(options?.part);
        const shard = shardRunOf(madeRequests(1, 100), measuredMs[parts.length - 1] ?? 10_000);
        const run = { ...shard, measuredMs: shard.measuredMs } as unknown as NonNullable<Outcome>['run'];
        return { run, shard, connects: [], lateMs: 12 };
      },
    },
    async onStep({ step, lateMs }) {
      expect(lateMs).toBe(12);
      kept.push(step);
    },
  });
  return { moments: parts.map((part) => part?.startMs), kept };
}

describe('the steps of a shard', () => {
  it('are at the moments of the plan, after the common start', async () => {
    // All are due: the pool of each is opened ten seconds before at most.
    expect(await begun(125_000)).toEqual({ moments: [125_000], kept: [2] });
    expect(stepsEndMs(plan)).toBe(131_500);
  });

  it('are left out where their window is over, and begun where it is not', async () => {
    expect((await begun(5_000 + 131_499)).kept).toEqual([2]);
    expect((await begun(5_000 + 131_500)).kept).toEqual([]);
  });

  it('have measured nothing where they ended in the warm-up, and are the last then', async () => {
    expect(await begun(125_000, [0])).toEqual({ moments: [125_000], kept: [] });
  });

  it('are not begun after a stop', async () => {
    const over = new AbortController();
    over.abort();
    expect((await begun(125_000, [], over)).moments).toEqual([]);
  });
});

describe('before a shard loads', () => {
  it('it refuses a server, a user or a database that is not that of the plan, and no other address', () => {
    const { address: _, ...met } = plan.server;
    expect(() => refuseOtherServer(plan, met)).not.toThrow();
    for (const other of [{ engine: 'mysql' }, { version: '17.1' }, { user: 'root' }, { database: 'test' }] as const) {
      const [value] = Object.values(other);
      expect(() => refuseOtherServer(plan, { ...met, ...other })).toThrow(new RegExp(`is ${value} here`));
    }
  });

  it('it refuses a server that no longer bears the whole plan and what must stay free', () => {
    // 12 for the load of all, 10 for others.
    expect(() => refuseFull(plan, { freeConnections: 22 })).not.toThrow();
    expect(() => refuseFull(plan, { freeConnections: 21 })).toThrow(/21 connections .* are free now.*take 12, and 10/);
  });
});
