import * as v from 'valibot';
import { withoutUndefined } from '../base/without-undefined.ts';
import { parseDocument } from '../documents/document.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';

/** The load that a server was measured to have, as `size` takes it. */
export interface MeasuredLoad {
  /** The rate of all clients of the server or database together; for a probe, the rate that it was asked to serve. */
  readonly ratePerSecond: number;
  /** The rate is that of one instance with one pool, not of the fleet. */
  readonly isOfInstance?: boolean;
  /** Instances that a probe was asked to advise for. */
  readonly instances?: number;
  readonly meanMs: number;
  readonly p95Ms?: number;
  /** Hold times as a whole, where the server keeps them. */
  readonly histogram?: readonly HistogramBucket[];
  /** Connections in use by two independent ways. */
  readonly heldBy: readonly { readonly value: number; readonly source: string }[];
  readonly what: string;
}

/** A load as `size` takes it. Metrics may tell a rate without a hold time, which flags tell then. */
export interface LoadToSize extends Omit<MeasuredLoad, 'meanMs'> {
  readonly meanMs?: number;
  /** All holds of the histogram together, in ms, where it is known. */
  readonly histogramSumMs?: number;
}

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const zeroOrMore = v.pipe(v.number(), v.finite(), v.minValue(0));
const estimate = v.object({ value: positive });

/** What `size` needs of a `poolctl.measure/1`, or of the `poolctl.monitor/1` of one pool; the rest is left alone. */
const measureSchema = v.object({
  schema: v.picklist(['poolctl.measure/1', 'poolctl.monitor/1']),
  result: v.object({
    scope: v.string(),
    isOfInstance: v.optional(v.boolean()),
    windowSeconds: positive,
    ratePerSecond: estimate,
    holdTime: v.object({ meanMs: estimate, p95Ms: v.optional(estimate) }),
    heldBy: v.array(v.object({ value: zeroOrMore, source: v.string() })),
    histogram: v.optional(v.array(v.object({ fromMs: zeroOrMore, toMs: positive, count: zeroOrMore }))),
  }),
});

export type MeasureDocument = v.InferOutput<typeof measureSchema>;

/** Reads what `poolctl measure --json` or toSizeInput() of a monitor has written. @throws PoolctlError INPUT_INVALID */
export function parseMeasurement(text: string, file: string): MeasuredLoad {
  const hint = 'Write it with `poolctl measure --json -o load.json`.';
  return loadOf(parseDocument(measureSchema, text, { file, what: 'a measurement', hint }).result);
}

/** The part of a measurement that a pool is sized by. */
export function loadOf({
  scope,
  isOfInstance,
  windowSeconds,
  ratePerSecond,
  holdTime,
  heldBy,
  histogram,
}: MeasureDocument['result']): MeasuredLoad {
  return {
    ratePerSecond: ratePerSecond.value,
    meanMs: holdTime.meanMs.value,
    ...withoutUndefined({ isOfInstance, p95Ms: holdTime.p95Ms?.value, histogram }),
    heldBy,
    what: `${scope}, over ${Math.round(windowSeconds)} s`,
  };
}
