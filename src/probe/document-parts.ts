import * as v from 'valibot';
import {
  client,
  connections,
  estimateField,
  failures,
  loopFigureFields,
  nonNegative,
  object,
  optional,
  safeText,
} from '../documents/fields.ts';
import type { UslFit } from '../scalability/usl.ts';

/** Parts of a fit that a report repeats and does not read. */
const passedOn = <Part>() => v.custom<Part>((value) => typeof value === 'object' && value !== null);

export const ramp = object({
  workers: connections,
  rounds: connections,
  levels: v.array(
    object({
      ...loopFigureFields,
      connectionLimit: connections,
      rounds: connections,
      boundBy: v.picklist(['server', 'client', 'host', 'pool']),
      steady: v.boolean(),
    }),
  ),
  knee: object({
    connectionLimit: optional(connections),
    throughputPerSecond: optional(nonNegative),
    limitedBy: v.picklist(['server', 'client', 'host', 'network', 'locks', 'slots', 'none']),
    reason: safeText,
    power: optional(nonNegative),
  }),
  usl: optional(
    object({
      singleThroughputPerSecond: nonNegative,
      contention: nonNegative,
      coherency: nonNegative,
      peak: passedOn<UslFit['peak']>(),
      uncertainty: passedOn<UslFit['uncertainty']>(),
    }),
  ),
});

export const recommendation = object({
  connectionLimit: connections,
  queueLimit: nonNegative,
  acquireTimeoutMs: nonNegative,
  connectTimeoutMs: nonNegative,
  instances: optional(connections),
  basis: v.picklist(['demand', 'knee', 'settings']),
  needed: optional(nonNegative),
  most: optional(nonNegative),
  reasons: v.array(safeText),
});

const percentiles = object({
  count: nonNegative,
  mean: nonNegative,
  p50: nonNegative,
  p90: nonNegative,
  p95: nonNegative,
  p99: nonNegative,
  p999: nonNegative,
  max: nonNegative,
});

const histogramsUs = object({
  lag: v.string(),
  wait: v.string(),
  connect: v.string(),
  service: v.string(),
  total: v.string(),
});

const runFields = {
  label: safeText,
  pool: object({
    connectionLimit: connections,
    queueLimit: optional(nonNegative),
    acquireTimeoutMs: optional(nonNegative),
  }),
  loop: v.picklist(['open', 'closed']),
  wantedPerSecond: optional(nonNegative),
  throughputPerSecond: estimateField,
  requests: nonNegative,
  completed: nonNegative,
  failed: failures,
  failureLabels: failures,
  unsent: nonNegative,
  unfinished: nonNegative,
  waitMs: percentiles,
  waitProbability: estimateField,
  meanWaitMs: estimateField,
  p99WaitMs: estimateField,
  serviceMs: percentiles,
  meanServiceMs: estimateField,
  totalMs: percentiles,
  lagMs: percentiles,
  connectMs: optional(percentiles),
  trustworthy: v.boolean(),
  steady: v.boolean(),
  overCapacity: v.boolean(),
  client,
  series: v.array(
    object({
      completed: nonNegative,
      failed: nonNegative,
      p50Ms: nonNegative,
      p95Ms: nonNegative,
      p99Ms: nonNegative,
      waiting: nonNegative,
      longestQueue: optional(nonNegative),
      connections: nonNegative,
    }),
  ),
  serviceBuckets: v.array(object({ fromMs: nonNegative, toMs: nonNegative, count: nonNegative })),
};

export const run = object({ ...runFields, histogramsUs });

/** A run of `poolctl.probe/1`, with its histograms under their present name. */
export const firstRun = v.pipe(
  object({ ...runFields, histograms: histogramsUs }),
  v.transform(({ histograms, ...rest }) => ({ ...rest, histogramsUs: histograms })),
);

export const verification = object({
  checks: v.array(
    object({
      name: safeText,
      predicted: v.number(),
      measured: estimateField,
      unit: v.picklist(['ms', 'ratio', 'perSecond', 'connections']),
      agrees: v.boolean(),
    }),
  ),
  agrees: v.boolean(),
});

export const noRecommendation = object({ reason: safeText, next: safeText });

export const difference = object({
  name: safeText,
  unit: v.picklist(['ms', 'ratio', 'perSecond']),
  first: v.pipe(v.number(), v.finite()),
  second: v.pipe(v.number(), v.finite()),
  difference: estimateField,
  isReal: v.boolean(),
});

export const unpooled = object({
  concurrency: connections,
  pooled: object(loopFigureFields),
  unpooled: object(loopFigureFields),
});

export const stall = object({
  fromMs: nonNegative,
  toMs: nonNegative,
  requestsDuring: nonNegative,
  servedLate: nonNegative,
  failedDuring: failures,
  longestQueue: nonNegative,
  longestWaitMs: nonNegative,
  recoveredAfterMs: optional(nonNegative),
});

export const transport = object({
  roundTripMs: object({ least: nonNegative, p50: nonNegative, p95: nonNegative }),
  connectMs: object({
    count: nonNegative,
    tcp: nonNegative,
    tls: optional(nonNegative),
    login: nonNegative,
    setup: nonNegative,
    p50: nonNegative,
    p95: nonNegative,
  }),
});
