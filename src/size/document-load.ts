import * as v from 'valibot';
import { parseDocument } from '../documents/document.ts';
import { holdLawSchema } from '../documents/hold-law.ts';

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What a probe needs of a `poolctl.size/1` to see whether its prediction comes true. */
const sizeSchema = v.object({
  schema: v.literal('poolctl.size/1'),
  result: v.object({
    connectionLimit: v.pipe(whole, v.minValue(1)),
    queueLimit: whole,
    acquireTimeoutMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
    load: v.object({
      poolArrivalRatePerSecond: positive,
      connectionsPerRequest: positive,
      split: v.optional(v.object({ splitBy: v.picklist(['random', 'round-robin', 'least-busy']) })),
      burst: v.optional(v.object({ factor: positive, burstMs: positive, quietMs: positive })),
    }),
    fleet: v.optional(v.object({ normal: v.object({ pools: v.pipe(whole, v.minValue(1)) }) })),
    outlook: v.object({
      hold: v.object({ meanMs: positive, scv: v.pipe(v.number(), v.minValue(0)), law: v.optional(holdLawSchema) }),
    }),
  }),
});

export type SizedLoad = v.InferOutput<typeof sizeSchema>['result'];

/** Reads what `poolctl size --json` has written, with its load. @throws PoolctlError INPUT_INVALID */
export function parseSizedLoad(text: string, file: string): SizedLoad {
  const hint = 'Write it with `poolctl size --tps 200 --p95 300 --json -o size.json`.';
  return parseDocument(sizeSchema, text, { file, what: 'an answer of size to a load', hint }).result;
}
