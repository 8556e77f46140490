import * as v from 'valibot';
import { parseDocument } from '../documents/document.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const connections = v.pipe(v.number(), v.integer(), v.minValue(1));
const ms = v.pipe(v.number(), v.finite(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

const readonlyArray = <const Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.readonly());

/** What a snippet needs of a `poolctl.size/1`; the rest of the document is left alone. */
const sizeSchema = v.object({
  schema: v.literal('poolctl.size/1'),
  result: v.object({
    connectionLimit: connections,
    queueLimit: count,
    acquireTimeoutMs: ms,
    connectTimeoutMs: ms,
    queryTimeoutMs: v.optional(ms),
    headroomRatio: amount,
    limitedBy: v.optional(v.string()),
    connectionLimitByFormula: v.optional(connections),
    demand: v.optional(v.object({ isMet: v.boolean() })),
    outlook: v.optional(
      v.object({
        targets: v.optional(v.object({ maxWaitP99Ms: ms, maxLossRatio: amount, maxUtilization: amount })),
      }),
    ),
    load: v.optional(
      v.object({
        holdTimeBasis: v.picklist(['measured', 'hold', 'mean', 'p95']),
        holdTimeMs: ms,
        poolArrivalRatePerSecond: amount,
        offeredLoad: amount,
        connectionsPerRequest: v.optional(amount, 1),
        batchJobs: count,
      }),
    ),
    budget: v.optional(v.object({ fits: v.boolean(), availableConnections: count, largestConnectionLimit: count })),
    fleet: v.object({
      processesPerInstance: connections,
      normal: v.object({ instances: connections }),
      rollout: v.object({ connections: count }),
    }),
    because: readonlyArray(
      v.object({ label: v.string(), inputs: readonlyArray(v.object({ source: v.optional(v.string()) })) }),
    ),
  }),
});

/** The part of a sized pool that snippets are written from. */
export type EmittableSize = v.InferOutput<typeof sizeSchema>['result'];

/** Reads what `poolctl size --json` has written. @throws PoolctlError INPUT_INVALID */
export function parseSized(text: string, file: string): EmittableSize {
  const hint = 'Write it with `poolctl size --json -o size.json`.';
  return parseDocument(sizeSchema, text, { file, what: 'an answer of size', hint }).result;
}
