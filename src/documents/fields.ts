import * as v from 'valibot';

/** Later versions may add fields; a report that is written again keeps them. */
export const object = v.looseObject;
export const optional = v.exactOptional;

/** Nothing that is counted or timed is larger, and sums of it stay finite. */
export const nonNegative = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
export const connections = v.pipe(v.number(), v.integer(), v.minValue(1));

/** A line feed or an escape sequence in a name could rewrite the reader's terminal. */
export const safeText = v.pipe(
  v.string(),
  v.transform((raw) => raw.replace(/\p{Cc}+/gu, ' ')),
);

/** A bound that does not exist is left out of JSON, or null. */
export const estimateField = object({
  value: v.pipe(v.number(), v.finite()),
  low: v.nullish(v.number(), Number.NEGATIVE_INFINITY),
  high: v.nullish(v.number(), Number.POSITIVE_INFINITY),
});

export const client = object({ eventLoopUtilization: nonNegative, cpuPerSecond: nonNegative, lagP99Ms: nonNegative });

export const failures = v.record(safeText, nonNegative);

/** A closed loop's figures at one size or concurrency; times in ms. */
export const loopFigureFields = {
  throughputPerSecond: estimateField,
  serviceP50Ms: nonNegative,
  serviceP95Ms: nonNegative,
  totalP95Ms: nonNegative,
  completed: nonNegative,
  failed: nonNegative,
  client,
};
