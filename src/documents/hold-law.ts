import * as v from 'valibot';
import type { HoldLaw } from '../queueing/hold-law.ts';

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const zeroOrMore = v.pipe(v.number(), v.finite(), v.minValue(0));
const bucket = v.object({ fromMs: zeroOrMore, toMs: positive, count: zeroOrMore });

/** A distribution of hold times as poolctl writes it into its documents. */
export const holdLawSchema: v.GenericSchema<HoldLaw> = v.variant('kind', [
  v.object({ kind: v.literal('constant'), meanMs: positive }),
  v.object({ kind: v.literal('exponential'), meanMs: positive }),
  v.object({ kind: v.literal('lognormal'), medianMs: positive, sigma: zeroOrMore }),
  v.object({ kind: v.literal('gamma'), shape: positive, scaleMs: positive }),
  v.object({ kind: v.literal('histogram'), buckets: v.array(bucket) }),
  v.object({
    kind: v.literal('mixture'),
    parts: v.array(v.object({ share: zeroOrMore, law: v.lazy(() => holdLawSchema) })),
  }),
]);
