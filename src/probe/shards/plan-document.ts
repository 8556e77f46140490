import * as v from 'valibot';
import { PoolctlError } from '../../base/errors.ts';
import { parseDocument } from '../../documents/document.ts';
import { connections, nonNegative, optional } from '../../documents/fields.ts';
import { holdLawSchema } from '../../documents/hold-law.ts';
import { loadFailureKinds } from '../../drivers/driver.ts';
import { shardPlanSchemaName } from '../schema-name.ts';
import type { ShardPlan } from './model.ts';
import { hashOfPlan } from './plan-hash.ts';
import { refuseForeignStatements } from './plan-trust.ts';

/** A key that this version does not know might ask for what it would not do. */
const object = v.strictObject;
const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const engine = v.picklist(['postgres', 'mysql', 'mariadb']);
/** Texts are cleaned where they are shown: changed here, they would not have the hash any more. */
const text = v.string();

const pool = {
  connectionLimit: connections,
  queueLimit: optional(count),
  acquireTimeoutMs: optional(positive),
};

const bursty = object({
  kind: v.literal('bursty'),
  ratePerSecond: positive,
  factor: positive,
  burstMs: positive,
  quietMs: positive,
});

const arrivals = v.variant('kind', [
  object({ kind: v.literal('poisson'), ratePerSecond: positive }),
  object({ kind: v.literal('paced'), ratePerSecond: positive }),
  bursty,
]);

const load = v.variant('kind', [
  object({ kind: v.literal('closed'), workers: connections }),
  object({
    kind: v.literal('open'),
    arrivals,
    rates: optional(v.array(object({ fromMs: nonNegative, factor: nonNegative }))),
    splitBy: optional(v.picklist(['random', 'round-robin'])),
  }),
]);

const step = object({
  label: text,
  startMs: nonNegative,
  plan: object({
    pool: object({ ...pool, connectTimeoutMs: positive }),
    load,
    warmupMs: nonNegative,
    durationMs: positive,
    instances: optional(connections),
    seed: count,
    threads: connections,
  }),
});

const statement = object({
  text,
  prepared: v.boolean(),
  isSleep: optional(v.boolean()),
  isCheck: optional(v.boolean()),
  parameters: v.array(text),
});

const variable = v.variant('kind', [
  object({ kind: v.literal('int'), from: finite, to: finite }),
  object({ kind: v.literal('zipf'), from: finite, to: finite, exponent: positive }),
  object({ kind: v.literal('uuid') }),
  object({
    kind: v.literal('list'),
    values: v.array(v.union([text, finite, v.null()])),
    weights: optional(v.array(nonNegative)),
  }),
  object({ kind: v.literal('sleep'), law: holdLawSchema }),
]);

const workload = object({
  name: text,
  description: text,
  kind: v.picklist(['sql', 'hold', 'builtin', 'stats']),
  readOnly: v.boolean(),
  transportOnly: v.boolean(),
  scripts: v.pipe(
    v.array(
      object({
        weight: positive,
        isTransaction: v.boolean(),
        isGuarded: optional(v.boolean()),
        check: optional(text),
        statements: v.array(statement),
      }),
    ),
    v.minLength(1),
  ),
  variables: v.record(text, variable),
  setup: optional(v.array(text)),
  teardown: optional(v.array(text)),
});

const question = v.variant('kind', [
  object({
    kind: v.literal('ramp'),
    rounds: connections,
    workers: connections,
    tps: optional(positive),
    burst: optional(bursty),
  }),
  object({ kind: v.literal('load'), pool: object(pool) }),
  object({ kind: v.literal('verify'), pool: object(pool), source: text, law: optional(holdLawSchema) }),
]);

/** Of a plan, as valibot reads them; a shard's result has all but the workload's statements. */
export const planFields = {
  id: v.pipe(text, v.regex(/^[0-9a-f]{8}$/)),
  hash: v.pipe(text, v.regex(/^[0-9a-f]{64}$/)),
  shards: v.pipe(count, v.minValue(2)),
  madeAt: v.pipe(text, v.isoTimestamp()),
  server: object({
    engine,
    version: text,
    address: text,
    user: text,
    database: optional(text),
    encrypted: v.boolean(),
  }),
  question,
  load: object({
    tps: optional(positive),
    instances: optional(connections),
    arrivals: text,
    seed: count,
    threads: connections,
    durationMs: optional(positive),
  }),
  workload,
  steps: v.pipe(v.array(step), v.minLength(1)),
  guard: object({
    budget: object({
      usableConnections: count,
      freeConnections: count,
      limitedBy: text,
      share: positive,
      allowed: connections,
    }),
    freeFloor: count,
    limits: object({
      maxErrorRatio: optional(nonNegative),
      expected: optional(v.array(v.picklist(loadFailureKinds))),
      maxP99Ms: optional(positive),
      freeClientsFloor: optional(count),
      maxReplicationLagMs: optional(nonNegative),
    }),
    connectionsByShard: v.array(connections),
    isAgreedTo: v.boolean(),
  }),
  meeting: object({ waitMs: positive, leadMs: positive }),
};

/** Enough to tell an edited plan from one that is whole; what the document says beside the plan does not count. */
const frame = v.object({ schema: text, result: v.looseObject({ hash: text }) });
const planDocument = v.object({ result: object(planFields) });

const again = 'Make it with `poolctl probe <dsn> --shards 8 --save-plan plan.json`.';

/**
 * Reads what --save-plan writes: whole, and as it was made.
 * @throws PoolctlError INPUT_INVALID where it is another file, of another version of poolctl, was edited, or has statements that no plan of poolctl has
 */
export function parseShardPlan(content: string, file: string): ShardPlan {
  const what = { file, what: 'the plan of a sharded probe', hint: again };
  const { schema } = parseDocument(v.object({ schema: text }), content, what);
  if (schema !== shardPlanSchemaName) throw foreign(schema, file);
  const { result: said } = parseDocument(frame, content, what);
  if (hashOfPlan(said) !== said.hash) {
    throw new PoolctlError('INPUT_INVALID', `${file}: the plan was changed after it was made: its hash is another.`, {
      hint: `What shards of different plans measure cannot be added up. ${again}`,
    });
  }
  const { result: plan } = parseDocument(planDocument, content, what);
  refuseForeignStatements(plan, file);
  return plan;
}

function foreign(schema: string, file: string): PoolctlError {
  const [kind] = shardPlanSchemaName.split('/');
  if (!schema.startsWith(`${kind}/`)) {
    return new PoolctlError('INPUT_INVALID', `${file}: this is ${schema}, and no plan of a sharded probe.`, {
      hint: again,
    });
  }
  const message = `${file}: this plan is ${schema}, and this poolctl reads ${shardPlanSchemaName}.`;
  return new PoolctlError('INPUT_INVALID', message, {
    hint: 'Run the shards with the poolctl that made the plan, or make the plan with this one.',
  });
}
