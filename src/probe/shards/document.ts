import * as v from 'valibot';
import { PoolctlError } from '../../base/errors.ts';
import { packageVersion } from '../../base/version.ts';
import { parseDocument } from '../../documents/document.ts';
import { nonNegative, object, optional, safeText } from '../../documents/fields.ts';
import {
  cleanUp,
  guards,
  metadata,
  moment,
  runId,
  stoodStill,
  stoppedBy,
  transport,
  workload,
} from '../document-parts.ts';
import { probeSchemaName, shardPlanSchemaName, shardSchemaName } from '../schema-name.ts';
import type { ShardResult } from './model.ts';
import { planFields } from './plan-document.ts';
import { shardRunDocument, shardRunSchema } from './shard-run-document.ts';

const whole = v.pipe(nonNegative, v.integer());

const shardSchema = v.object({
  schema: v.literal(shardSchemaName),
  result: object({
    run: runId,
    plan: v.strictObject({ ...planFields, workload }),
    shard: whole,
    host: safeText,
    isServerHere: v.boolean(),
    processId: whole,
    finished: v.picklist(['running', 'complete', 'interrupted', 'stopped']),
    stoppedBy: optional(stoppedBy),
    clock: optional(object({ offsetMs: v.pipe(v.number(), v.finite()), rttMs: nonNegative })),
    startedAt: optional(moment),
    transport: optional(transport),
    guards: optional(guards),
    leftBefore: optional(v.array(safeText)),
    stoodStill: optional(stoodStill),
    steps: v.array(
      object({
        ...{ step: whole, lateMs: nonNegative, run: shardRunSchema },
        own: optional(object({ active: whole, lockWaiting: whole })),
        stoodStill: optional(v.boolean()),
      }),
    ),
    cleanUp: optional(cleanUp),
    seconds: nonNegative,
    metadata,
  }),
});

/** What a shard writes to its --save file; histograms are text in it. */
export function shardDocument(result: ShardResult): {
  readonly schema: string;
  readonly poolctl: string;
  readonly result: object;
  readonly warnings: readonly [];
} {
  const steps = result.steps.map(({ run, ...step }) => ({ ...step, run: shardRunDocument(run) }));
  return { schema: shardSchemaName, poolctl: packageVersion(), result: { ...result, steps }, warnings: [] };
}

/**
 * Reads what a shard wrote, down to its histograms.
 * @throws PoolctlError INPUT_INVALID where it is another file, one that is cut off, or one that contradicts itself
 */
export function parseShard(content: string, file: string): ShardResult {
  const hint = 'A shard writes it: `poolctl probe <dsn> --plan plan.json --shard 3/8 --save shard-3.json`.';
  const what = { file, what: 'the result of a shard', hint };
  refuseCutOff(content, file);
  const { schema } = parseDocument(v.object({ schema: v.string() }), content, what);
  if (schema !== shardSchemaName) throw foreign(schema, file, hint);
  const result: ShardResult = parseDocument(shardSchema, content, what).result;
  const wrong = contradictionIn(result);
  if (wrong) throw new PoolctlError('INPUT_INVALID', `${file}: this is not what a shard wrote: ${wrong}.`, { hint });
  return result;
}

/** A copy that was not finished, or a disk that was full. */
function refuseCutOff(content: string, file: string): void {
  const text = content.trim();
  if (text.startsWith('{') && text.endsWith('}')) return;
  if (text !== '' && !text.startsWith('{')) return;
  throw new PoolctlError(
    'INPUT_INVALID',
    `${file}: this file is ${text === '' ? 'empty' : 'cut off before its end'}.`,
    {
      hint: 'Copy it again from where the shard ran; poolctl itself writes such a file whole or not at all.',
    },
  );
}

function foreign(schema: string, file: string, hint: string): PoolctlError {
  const kind = (name: string) => name.replace(/\/.*$/, '');
  const invalid = (why: string, next: string) => new PoolctlError('INPUT_INVALID', `${file}: ${why}`, { hint: next });
  switch (kind(schema)) {
    case kind(probeSchemaName):
      return invalid(
        'this is the result of a whole probe, and no shard of one.',
        'Repeats of one probe are put together with --merge; --shards takes the files of the shards of one plan.',
      );
    case kind(shardPlanSchemaName):
      return invalid(
        'this is the plan of a sharded probe, and no result.',
        'Name the files that its shards wrote with --save.',
      );
    case kind(shardSchemaName):
      return invalid(
        `this is ${schema}, and this poolctl knows ${shardSchemaName}.`,
        'Put the shards together with the poolctl that ran them.',
      );
    default:
      return invalid(`this is ${schema}, and no result of a shard.`, hint);
  }
}

/** What cannot be, though every part is well-formed. */
function contradictionIn({ plan, shard, steps }: ShardResult): string | undefined {
  if (shard >= plan.shards) return `shard is ${shard}, and the plan has 0 to ${plan.shards - 1}`;
  const seen = new Set<number>();
  for (const { step, run } of steps) {
    if (step >= plan.steps.length) return `step ${step} is not in its plan`;
    if (seen.has(step)) return `step ${step} is there twice`;
    seen.add(step);
    for (const counted of [run, ...(run.slices ?? [])]) {
      const times = counted.histogramsUs.total.counts.reduce((sum, count) => sum + count, 0);
      if (times !== counted.completed) return `step ${step} completed ${counted.completed}, and has ${times} times`;
    }
  }
  return undefined;
}
