import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShardPlan } from '../../../../src/probe/shards/model.ts';
import { parseShardPlan } from '../../../../src/probe/shards/plan-document.ts';
import { hashOfPlan } from '../../../../src/probe/shards/plan-hash.ts';
import { builtinNames, builtinWorkload } from '../../../../src/probe/workload/builtin/index.ts';
import { holdWorkload } from '../../../../src/probe/workload/hold.ts';
import type { ProbeWorkload } from '../../../../src/probe/workload/model.ts';
import { shardPlan, shardPlanFile } from '../../../helpers/shard-plan.ts';

const bursts = { kind: 'bursty', ratePerSecond: 200, factor: 3, burstMs: 200, quietMs: 1_400 } as const;
const [openStep] = shardPlan().steps;

/** Plans that together have every field there is. */
const plans: readonly ShardPlan[] = [
  shardPlan(),
  shardPlan({
    question: { kind: 'ramp', rounds: 3, workers: 30, tps: 200, burst: bursts },
    load: { tps: 200, instances: 20, arrivals: 'bursts 3x:200ms/1400ms', seed: 7, threads: 2, durationMs: 60_000 },
    steps: [0, 4_000].map((startMs, round) => ({
      label: `round ${round + 1} of 2, pool 12`,
      startMs,
      plan: {
        pool: { connectionLimit: 12, connectTimeoutMs: 10_000 },
        load: { kind: 'closed', workers: 18 },
        ...{ warmupMs: 300, durationMs: 1_000, seed: 7 + round, threads: 2 },
      },
    })),
    workload: {
      name: 'a.sql + b.sql',
      description: 'Each request runs one of 2 scripts of yours, drawn by weight.',
      ...{ kind: 'sql', readOnly: true, transportOnly: false },
      scripts: [
        {
          ...{ weight: 3, isTransaction: true, isGuarded: true, check: 'SELECT 0' },
          statements: [{ text: 'SELECT f($1, $2)', prepared: false, parameters: ['a', 'b'], isCheck: false }],
        },
      ],
      variables: {
        a: { kind: 'list', values: ['x', 2, null], weights: [1, 2, 3] },
        b: { kind: 'uuid' },
        c: { kind: 'int', from: -5, to: 5 },
      },
    },
  }),
  shardPlan({
    question: {
      ...{ kind: 'verify', pool: { connectionLimit: 12 }, source: 'size.json' },
      law: { kind: 'lognormal', medianMs: 40, sigma: 0.7 },
    },
    steps: openStep
      ? [
          {
            ...openStep,
            plan: {
              ...openStep.plan,
              load: { kind: 'open', arrivals: bursts, rates: [{ fromMs: 0, factor: 0.5 }], splitBy: 'round-robin' },
              instances: 20,
            },
          },
        ]
      : [],
    workload: builtinWorkload('point', { engine: 'postgres', runId: '1f3a9c00', allowWrite: true, prepared: true }),
    guard: {
      ...shardPlan().guard,
      limits: { maxErrorRatio: 0.1, maxP99Ms: 300, maxReplicationLagMs: 5_000, freeClientsFloor: 3 },
      isAgreedTo: false,
    },
  }),
];

type Path = readonly (string | number)[];
type Tree = Record<string | number, unknown>;

/** Where the plan holds a text, a number, a yes or no, or nothing. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

function placeOf(tree: Tree, path: Path): Tree {
  return path.slice(0, -1).reduce<Tree>((place, key) => place[key] as Tree, tree);
}

const aPlanAndLeaf = fc
  .constantFrom(...plans)
  .chain((plan) => fc.tuple(fc.constant(plan), fc.constantFrom(...leavesOf(plan))));
const aValue = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));

describe('the plan of a sharded probe', () => {
  it('reads back as it was written', () => {
    for (const plan of plans) expect(parseShardPlan(shardPlanFile(plan), 'plan.json')).toEqual(plan);
  });

  it('is refused when any value in it was changed, or is gone', () => {
    fc.assert(
      fc.property(aPlanAndLeaf, aValue, fc.boolean(), ([plan, path], value, isGone) => {
        const edited = JSON.parse(JSON.stringify(plan)) as Tree;
        const [place, key] = [placeOf(edited, path), path.at(-1) ?? ''];
        const before = place[key];
        if (isGone && !Array.isArray(place)) delete place[key];
        else place[key] = value;
        fc.pre(JSON.stringify(place[key]) !== JSON.stringify(before));
        const read = () => parseShardPlan(shardPlanFile(edited as unknown as ShardPlan), 'plan.json');
        expect(read).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
      }),
    );
  });

  it('has the same hash whatever the order of its keys', () => {
    const [plan] = plans;
    const turned = Object.fromEntries(Object.entries(plan ?? {}).reverse());
    expect(hashOfPlan(turned)).toBe(plan?.hash);
  });

  it('says that it was edited, and how to get one that is whole', () => {
    const plan = { ...shardPlan(), shards: 4 };
    expect(() => parseShardPlan(shardPlanFile(plan), 'plan.json')).toThrow(
      expect.objectContaining({
        message: 'plan.json: the plan was changed after it was made: its hash is another.',
        hint: expect.stringContaining('--save-plan'),
      }),
    );
  });

  it.each([
    [
      'poolctl.probe-shards/2',
      'plan.json: this plan is poolctl.probe-shards/2, and this poolctl reads poolctl.probe-shards/1.',
    ],
    ['poolctl.probe/3', 'plan.json: this is poolctl.probe/3, and no plan of a sharded probe.'],
  ])('of schema %s is another document, and says which', (schema, message) => {
    const text = shardPlanFile(shardPlan()).replace('poolctl.probe-shards/1', schema);
    expect(() => parseShardPlan(text, 'plan.json')).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message }),
    );
  });

  it('of a later version that asks for more is refused, though its hash is right', () => {
    const said = { ...shardPlan(), restFor: 3 };
    const plan = { ...said, hash: hashOfPlan(said) };
    expect(() => parseShardPlan(shardPlanFile(plan), 'plan.json')).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining('restFor') }),
    );
  });

  it('has any workload of poolctl, on each kind of server', () => {
    for (const engine of ['postgres', 'mysql', 'mariadb'] as const) {
      const options = { engine, runId: '1f3a9c00', allowWrite: true };
      const workloads = [
        holdWorkload(engine, { kind: 'exponential', meanMs: 20 }),
        ...builtinNames.flatMap((name) =>
          [true, false].map((prepared) => builtinWorkload(name, { ...options, prepared })),
        ),
      ];
      for (const workload of workloads) {
        const plan = shardPlan({ workload, server: { ...shardPlan().server, engine } });
        expect(parseShardPlan(shardPlanFile(plan), 'plan.json')).toEqual(plan);
      }
    }
  });

  it('has no statements that nobody was asked about, though its hash is right', () => {
    const point = builtinWorkload('point', { engine: 'postgres', runId: '1f3a9c00', allowWrite: true, prepared: true });
    const { workload } = shardPlan();
    const statement = (text: string) => ({ text, prepared: true, parameters: [] });
    const script = (text: string, check?: string) => [
      { weight: 1, isTransaction: false, statements: [statement(text)], ...(check && { check }) },
    ];
    const forged: readonly (readonly [Partial<ProbeWorkload>, RegExp])[] = [
      [{ ...point, setup: ['DROP TABLE orders'] }, /is not the one that this poolctl has by that name/],
      [{ ...point, name: 'mine' }, /is not the one/],
      [{ setup: ['DROP TABLE orders'] }, /has statements around the load/],
      [{ teardown: ['DROP TABLE orders'] }, /has statements around the load/],
      [{ scripts: script('DELETE FROM orders') }, /has DELETE in it, and says that it only reads/],
      [{ scripts: script('SELECT 1', 'DELETE FROM orders') }, /has DELETE in it/],
      [{ readOnly: false, scripts: script('SET statement_timeout = 0') }, /has SET in it/],
    ];
    for (const [change, message] of forged) {
      const plan = shardPlan({ workload: { ...workload, ...change } });
      expect(() => parseShardPlan(shardPlanFile(plan), 'plan.json')).toThrow(
        expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(message) }),
      );
    }
  });
});
