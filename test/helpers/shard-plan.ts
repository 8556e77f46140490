import type { ShardPlan } from '../../src/probe/shards/model.ts';
import { hashOfPlan } from '../../src/probe/shards/plan-hash.ts';

const pool = { connectionLimit: 12, queueLimit: 20, acquireTimeoutMs: 2_000 };

/** A plan of three shards: 200/s on 12 connections in all, for ten seconds. `more` replaces parts of it. */
export function shardPlan(more: Partial<Omit<ShardPlan, 'hash'>> = {}): ShardPlan {
  const said: Omit<ShardPlan, 'hash'> = {
    id: '1f3a9c00',
    shards: 3,
    madeAt: '2026-11-30T20:00:00.000Z',
    server: {
      ...{ engine: 'postgres', version: '18.4', address: 'db.internal:5432', user: 'app', database: 'orders' },
      encrypted: true,
    },
    question: { kind: 'load', pool },
    load: { tps: 200, arrivals: 'poisson', seed: 1, threads: 1, durationMs: 10_000 },
    workload: {
      name: '--sql',
      description: 'Each request is one statement of yours.',
      ...{ kind: 'sql', readOnly: true, transportOnly: false },
      scripts: [
        {
          ...{ weight: 1, isTransaction: false },
          statements: [{ text: 'SELECT *\nFROM orders WHERE id = $1', prepared: true, parameters: ['id'] }],
        },
      ],
      variables: { id: { kind: 'zipf', from: 1, to: 1_000, exponent: 1 } },
    },
    steps: [
      {
        label: 'pool 12/20/2 s',
        startMs: 0,
        plan: {
          pool: { ...pool, connectTimeoutMs: 10_000 },
          load: { kind: 'open', arrivals: { kind: 'poisson', ratePerSecond: 200 } },
          ...{ warmupMs: 1_500, durationMs: 10_000, seed: 1, threads: 1 },
        },
      },
    ],
    guard: {
      budget: { usableConnections: 97, freeConnections: 90, limitedBy: 'max_connections', share: 0.25, allowed: 22 },
      freeFloor: 10,
      limits: { expected: ['acquire-timeout', 'queue-full'] },
      connectionsByShard: [4, 4, 4],
      isAgreedTo: true,
    },
    meeting: { waitMs: 300_000, leadMs: 4_000 },
    ...more,
  };
  return { ...said, hash: hashOfPlan(said) };
}

/** The file of a plan. */
export function shardPlanFile(plan: ShardPlan): string {
  return JSON.stringify(
    { schema: 'poolctl.probe-shards/1', poolctl: '0.0.0', result: plan, warnings: [] },
    undefined,
    2,
  );
}
