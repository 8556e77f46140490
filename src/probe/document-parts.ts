import * as v from 'valibot';
import {
  amount,
  client,
  connections,
  estimate,
  failures,
  loopFigures,
  object,
  optional,
  text,
} from '../documents/fields.ts';
import type { UslFit } from '../scalability/usl.ts';

/** Parts of a fit that a report repeats and does not read. */
const passedOn = <Part>() => v.custom<Part>((value) => typeof value === 'object' && value !== null);

export const ramp = object({
  workers: connections,
  rounds: connections,
  levels: v.array(
    object({
      ...loopFigures,
      connectionLimit: connections,
      rounds: connections,
      boundBy: v.picklist(['server', 'client', 'host', 'pool']),
      steady: v.boolean(),
    }),
  ),
  knee: object({
    connectionLimit: optional(connections),
    throughputPerSecond: optional(amount),
    limitedBy: v.picklist(['server', 'client', 'host', 'network', 'locks', 'slots', 'none']),
    reason: text,
    power: optional(amount),
  }),
  usl: optional(
    object({
      singleThroughputPerSecond: amount,
      contention: amount,
      coherency: amount,
      peak: passedOn<UslFit['peak']>(),
      uncertainty: passedOn<UslFit['uncertainty']>(),
    }),
  ),
});

export const recommendation = object({
  connectionLimit: connections,
  queueLimit: amount,
  acquireTimeoutMs: amount,
  connectTimeoutMs: amount,
  basis: v.picklist(['demand', 'knee', 'settings']),
  needed: optional(amount),
  most: optional(amount),
  reasons: v.array(text),
});

const percentiles = object({
  count: amount,
  mean: amount,
  p50: amount,
  p90: amount,
  p95: amount,
  p99: amount,
  p999: amount,
  max: amount,
});

export const run = object({
  label: text,
  pool: object({ connectionLimit: connections, queueLimit: optional(amount), acquireTimeoutMs: optional(amount) }),
  loop: v.picklist(['open', 'closed']),
  wantedPerSecond: optional(amount),
  throughputPerSecond: estimate,
  requests: amount,
  completed: amount,
  failed: failures,
  failureLabels: failures,
  unsent: amount,
  unfinished: amount,
  waitMs: percentiles,
  waitProbability: estimate,
  meanWaitMs: estimate,
  p99WaitMs: estimate,
  serviceMs: percentiles,
  meanServiceMs: estimate,
  totalMs: percentiles,
  lagMs: percentiles,
  connectMs: optional(percentiles),
  trustworthy: v.boolean(),
  steady: v.boolean(),
  overCapacity: v.boolean(),
  client,
  series: v.array(
    object({
      completed: amount,
      failed: amount,
      p50Ms: amount,
      p95Ms: amount,
      p99Ms: amount,
      waiting: amount,
      connections: amount,
    }),
  ),
  histograms: object({
    lag: v.string(),
    wait: v.string(),
    connect: v.string(),
    service: v.string(),
    total: v.string(),
  }),
  serviceBuckets: v.array(object({ fromMs: amount, toMs: amount, count: amount })),
});

export const verification = object({
  checks: v.array(
    object({
      name: text,
      predicted: v.number(),
      measured: estimate,
      unit: v.picklist(['ms', 'ratio', 'perSecond', 'connections']),
      agrees: v.boolean(),
    }),
  ),
  agrees: v.boolean(),
});

export const noRecommendation = object({ reason: text, next: text });

export const difference = object({
  name: text,
  unit: v.picklist(['ms', 'ratio', 'perSecond']),
  first: v.pipe(v.number(), v.finite()),
  second: v.pipe(v.number(), v.finite()),
  difference: estimate,
  isReal: v.boolean(),
});

export const unpooled = object({
  concurrency: connections,
  pooled: object(loopFigures),
  unpooled: object(loopFigures),
});

export const stall = object({
  fromMs: amount,
  toMs: amount,
  requestsDuring: amount,
  servedLate: amount,
  failedDuring: failures,
  longestQueue: amount,
  longestWaitMs: amount,
  recoveredAfterMs: optional(amount),
});

export const transport = object({
  roundTripMs: object({ least: amount, p50: amount, p95: amount }),
  connectMs: object({
    count: amount,
    tcp: amount,
    tls: optional(amount),
    login: amount,
    setup: amount,
    p50: amount,
    p95: amount,
  }),
});
