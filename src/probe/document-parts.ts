import * as v from 'valibot';
import { withoutUndefined } from '../base/without-undefined.ts';
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
import { loadFailureKinds } from '../drivers/driver.ts';
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
      boundBy: v.picklist(['server', 'client', 'host', 'pool', 'pooler']),
      steady: v.boolean(),
    }),
  ),
  knee: object({
    connectionLimit: optional(connections),
    throughputPerSecond: optional(nonNegative),
    limitedBy: v.picklist(['server', 'client', 'host', 'network', 'locks', 'slots', 'pooler', 'none']),
    reason: safeText,
    beyond: optional(safeText),
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

export const percentileFigures = object({
  count: nonNegative,
  mean: optional(nonNegative),
  p50: optional(nonNegative),
  p90: optional(nonNegative),
  p95: optional(nonNegative),
  p99: optional(nonNegative),
  p999: optional(nonNegative),
  max: optional(nonNegative),
});

const histogramsUs = object({
  lag: v.string(),
  wait: v.string(),
  connect: v.string(),
  service: v.string(),
  total: v.string(),
});

/** ISO 8601. */
export const moment = v.pipe(v.string(), v.isoTimestamp());
/** Eight hex digits. */
export const runId = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/));

const runFields = {
  label: safeText,
  pool: object({
    connectionLimit: connections,
    queueLimit: optional(nonNegative),
    acquireTimeoutMs: optional(nonNegative),
  }),
  instances: optional(connections),
  connectionsInAll: optional(connections),
  loop: v.picklist(['open', 'closed']),
  wantedPerSecond: optional(nonNegative),
  throughputPerSecond: estimateField,
  measuredMs: optional(nonNegative),
  window: optional(object({ from: moment, to: moment })),
  requests: nonNegative,
  completed: nonNegative,
  failed: failures,
  failureLabels: failures,
  unsent: nonNegative,
  unfinished: nonNegative,
  stillWaiting: optional(nonNegative),
  waitMs: percentileFigures,
  waitProbability: optional(estimateField),
  meanWaitMs: optional(estimateField),
  p99WaitMs: optional(estimateField),
  serviceMs: percentileFigures,
  meanServiceMs: optional(estimateField),
  totalMs: percentileFigures,
  lagMs: percentileFigures,
  connectMs: optional(percentileFigures),
  trustworthy: v.boolean(),
  steady: v.boolean(),
  overCapacity: v.boolean(),
  client,
  series: v.array(
    object({
      completed: nonNegative,
      failed: nonNegative,
      p50Ms: optional(nonNegative),
      p95Ms: optional(nonNegative),
      p99Ms: optional(nonNegative),
      waiting: nonNegative,
      longestQueue: optional(nonNegative),
      connections: nonNegative,
    }),
  ),
  serviceBuckets: v.array(object({ fromMs: nonNegative, toMs: nonNegative, count: nonNegative })),
};

export const run = object({ ...runFields, histogramsUs });

/** A run of `poolctl.probe/2`, without the times of 0 ms that it has where nothing was served. */
export const secondRun = v.pipe(object({ ...runFields, histogramsUs }), v.transform(withoutEmptyTimes));

/** A run of `poolctl.probe/1`, with its histograms under their present name as well. */
export const firstRun = v.pipe(
  object({ ...runFields, histograms: histogramsUs }),
  v.transform(({ histograms, ...rest }) => withoutEmptyTimes({ ...rest, histogramsUs: histograms })),
);

type Run = v.InferOutput<typeof run>;

function withoutEmptyTimes(given: Run): Run {
  const { waitProbability, meanWaitMs, p99WaitMs, meanServiceMs, ...rest } = given;
  const { waitMs, serviceMs, totalMs, lagMs, connectMs } = given;
  const filled = (times: Run['waitMs']) => (times.count > 0 ? times : { count: 0 });
  return {
    ...rest,
    waitMs: filled(waitMs),
    serviceMs: filled(serviceMs),
    totalMs: filled(totalMs),
    lagMs: filled(lagMs),
    ...(connectMs && { connectMs: filled(connectMs) }),
    ...(waitMs.count > 0 && withoutUndefined({ meanWaitMs, p99WaitMs })),
    ...(serviceMs.count > 0 && withoutUndefined({ waitProbability, meanServiceMs })),
    series: rest.series.map(({ p50Ms, p95Ms, p99Ms, ...second }) =>
      second.completed > 0 ? { ...second, ...withoutUndefined({ p50Ms, p95Ms, p99Ms }) } : second,
    ),
  };
}

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

const splitWait = object({
  waitProbability: nonNegative,
  meanWaitMs: optional(nonNegative),
  p99WaitMs: optional(nonNegative),
  lostRatio: nonNegative,
});

export const split = object({
  splitBy: v.picklist(['random', 'round-robin']),
  instances: splitWait,
  onePool: splitWait,
});

export const noRecommendation = object({ reason: safeText, next: safeText });

export const difference = object({
  name: safeText,
  unit: v.picklist(['ms', 'ratio', 'perSecond']),
  first: v.pipe(v.number(), v.finite()),
  second: v.pipe(v.number(), v.finite()),
  difference: estimateField,
  ratio: optional(estimateField),
  rounds: optional(connections),
  isReal: v.boolean(),
});

/** Without a pool, nothing may have been served. */
const loop = object({
  ...loopFigureFields,
  serviceP50Ms: optional(nonNegative),
  serviceP95Ms: optional(nonNegative),
  totalP95Ms: optional(nonNegative),
});

export const unpooled = object({ concurrency: connections, pooled: loop, unpooled: loop });

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

export const poolerFigures = object({
  name: safeText,
  address: safeText,
  mode: optional(v.picklist(['session', 'transaction', 'statement'])),
  unseen: optional(safeText),
  settings: optional(
    object({
      maxClients: nonNegative,
      poolSize: nonNegative,
      reservePoolSize: optional(nonNegative),
      maxDatabaseConnections: optional(nonNegative),
      queryWaitTimeoutMs: optional(nonNegative),
    }),
  ),
  reach: optional(
    object({
      asked: nonNegative,
      letIn: nonNegative,
      atOnce: nonNegative,
      refusal: optional(object({ kind: v.picklist(loadFailureKinds), label: safeText, message: safeText })),
    }),
  ),
  met: optional(
    object({
      limit: v.picklist(['pooler-clients', 'pooler-connections', 'server', 'pool', 'none', 'unclear']),
      evidence: v.array(safeText),
    }),
  ),
  queues: optional(
    v.array(
      object({
        connectionLimit: connections,
        waitInPoolMs: optional(nonNegative),
        waitInPoolerMs: optional(nonNegative),
      }),
    ),
  ),
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

export const stoppedBy = object({ guard: safeText, message: safeText });

export const guards = v.array(
  object({
    guard: safeText,
    status: v.picklist(['watching', 'blind', 'not asked']),
    limit: optional(safeText),
    why: optional(safeText),
    remedy: optional(safeText),
  }),
);

export const stoodStill = object({ times: nonNegative, longestMs: nonNegative });

export const workload = object({
  name: safeText,
  description: safeText,
  readOnly: v.boolean(),
  transportOnly: v.boolean(),
});

export const cleanUp = object({
  verified: v.boolean(),
  sessionsOpened: nonNegative,
  sessionsLeft: nonNegative,
  cancelled: nonNegative,
  objectsLeft: v.array(safeText),
});

export const metadata = object({ startedAt: safeText, node: safeText, drivers: safeText, cores: nonNegative });
