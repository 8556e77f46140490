import type { ShardRun } from '../../src/probe/load/shard-run.ts';
import { shardDocument } from '../../src/probe/shards/document.ts';
import type { ShardPlan, ShardQuestion, ShardResult } from '../../src/probe/shards/model.ts';
import { shardPlan } from './shard-plan.ts';
import { type MadeRequest, madeRequests, shardRunOf } from './shard-runs.ts';

/** A shard of the plan as it is after a good run; `runs` by step. */
export function shardResult(
  shard: number,
  runs: readonly (ShardRun | undefined)[],
  { plan = shardPlan(), ...changes }: Partial<Omit<ShardResult, 'plan'>> & { readonly plan?: ShardPlan } = {},
): ShardResult {
  const { name, description, readOnly, transportOnly } = plan.workload;
  return {
    run: (0xa0 + shard).toString(16).padStart(8, '0'),
    plan: { ...plan, workload: { name, description, readOnly, transportOnly } },
    shard,
    host: `node-${shard + 1}`,
    isServerHere: false,
    processId: 4_000 + shard,
    finished: 'complete',
    clock: { offsetMs: 1.5 * shard, rttMs: 0.4 },
    startedAt: '2026-11-30T20:05:00.250Z',
    transport: {
      roundTripMs: { least: 0.2, p50: 0.3 + shard / 10, p95: 0.6 },
      connectMs: { count: 5, tcp: 0.2, login: 2, setup: 1, p50: 4, p95: 6 },
    },
    guards: [{ guard: 'free-floor', status: 'watching', limit: '10 connections stay free' }],
    steps: runs.flatMap((run, step) => (run ? [{ step, lateMs: 0, run }] : [])),
    cleanUp: { verified: true, sessionsOpened: 6, sessionsLeft: 0, cancelled: 0, objectsLeft: [] },
    seconds: 18.2,
    metadata: { startedAt: '2026-11-30T20:04:51.000Z', node: 'v24.1.0', drivers: 'pg 8.23.1', cores: 8 },
    ...changes,
  };
}

/** Requests dealt to so many shards by turns, and the shards that ran them for ten seconds. */
export function dealtShards(
  seed = 7,
  { count = 2_000, of = 3, windowMs = 10_000 } = {},
): { readonly requests: readonly MadeRequest[]; readonly shards: readonly ShardResult[] } {
  const requests = madeRequests(seed, count);
  const own = (shard: number) => requests.filter((_, index) => index % of === shard);
  const plan = shardPlan();
  const shards = Array.from({ length: of }, (_, shard) =>
    shardResult(shard, [shardRunOf(own(shard), windowMs)], { plan }),
  );
  return { requests, shards };
}

/** Sizes of all three shards together, and what the server does with them: no more than 600/s. */
export const rampSizes = [3, 6, 12, 24] as const;
const mostPerSecond = 600;

/** Three shards that climbed a ramp in two rounds; `changes` go over each run. */
export function rampShards(
  changes: (shard: number, step: number) => Partial<ShardRun> = () => ({}),
  question: Partial<ShardQuestion & { kind: 'ramp' }> = {},
): readonly ShardResult[] {
  const sizes = [...rampSizes, ...rampSizes.toReversed()];
  const plan = shardPlan({
    question: { kind: 'ramp', rounds: 2, workers: 30, ...question },
    load: { arrivals: 'poisson', seed: 1, threads: 1, durationMs: 30_000, ...(question.tps && { tps: question.tps }) },
    steps: sizes.map((connectionLimit, at) => ({
      label: `round ${at < rampSizes.length ? 1 : 2} of 2, ${connectionLimit} connections`,
      startMs: 3_000 * at,
      plan: {
        pool: { connectionLimit, connectTimeoutMs: 10_000 },
        load: { kind: 'closed', workers: 30 },
        ...{ warmupMs: 300, durationMs: 1_500, seed: 1, threads: 1 },
      },
    })),
  });
  return [0, 1, 2].map((shard) =>
    shardResult(
      shard,
      sizes.map((size, step) => {
        const perSecond = Math.min(60 * size, mostPerSecond);
        const requests = madeRequests(10 * step + shard, perSecond, {
          ...{ ratePerSecond: perSecond / 3, lagMs: 0, refused: 0, serviceMs: (1_000 * size) / perSecond },
        });
        return shardRunOf(requests, 1_500, { ...changes(shard, step) });
      }),
      { plan },
    ),
  );
}

/** The file that a shard writes. */
export function shardFile(result: ShardResult): string {
  return JSON.stringify(shardDocument(result));
}
