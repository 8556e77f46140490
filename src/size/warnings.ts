import { askForMaxConnections } from '../base/engine.ts';
import { formatCount, formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { fleetDemand } from './budget.ts';
import type { SizeInput } from './input.ts';
import { openLoadRatio } from './outlook.ts';
import type { Found } from './result.ts';

type Insight = (found: Found, input: SizeInput) => Warning | undefined;

/** How long people wait before they leave or press reload: 2 to 3 s. Source: Naver D2 helloworld/5102792, on maxWait. */
const patienceMs = 3_000;
/** Kubernetes' default maxSurge of a Deployment (kubernetes pkg/apis/apps/v1/defaults.go). */
const usualSurgeRatio = 0.25;

/** What the user would otherwise miss, in the order of the answer. */
export function findWarnings(input: SizeInput, found: Found): Warning[] {
  return insights.map((insight) => insight(found, input)).filter((warning) => warning !== undefined);
}

/** TPS x p95 beside the load by the mean: above it, below it, or not to be told from these figures. */
const loadByP95: Insight = ({ load, outlook }) => {
  if (load?.holdTimeBasis !== 'p95' || !outlook) return undefined;
  const { estimate, low, high } = load.meanLoad;
  const [offered, usual] = [formatNumber(load.offeredLoad), formatNumber(estimate)];
  if (estimate > load.offeredLoad * 1.02) {
    return {
      code: 'LOAD_UNDERSTATED',
      message: `TPS × p95 understates the load: about ${usual} connections are in use on average, not ${offered}. The slowest requests hold a connection for most of the time, and a p95 does not see them.`,
      hint: 'Size by the mean: --mean. Better still, keep the slow requests in a pool of their own.',
    };
  }
  if (high > openLoadRatio * low) return undefined;
  if (estimate > load.offeredLoad * 0.9) return undefined;
  return {
    code: 'LOAD_OVERSTATED',
    message: `TPS × p95 overstates the load: by these percentiles about ${usual} connections are in use on average, not ${offered}.`,
    hint: `Give the mean with --mean to size by it; by these percentiles it is about ${formatDuration((estimate / load.offeredLoad) * load.holdTimeMs)}.`,
  };
};

const loadIsUncertain: Insight = ({ load, outlook, connectionLimit }, { method, workload }) => {
  if (!load || !outlook) return undefined;
  const { estimate, low, high } = load.meanLoad;
  if (high <= openLoadRatio * low) return undefined;
  const { longestMs, openShare } = outlook.hold;
  const range = `${formatNumber(low)} to ${formatNumber(high)} connections are in use on average, about ${formatNumber(estimate)}`;
  const longest =
    longestMs === undefined ? '' : `, if no connection is held for longer than ${formatDuration(longestMs)}`;
  const why = openShare
    ? `${formatRatio(openShare)} of the holds are in a last bucket without an end`
    : 'The load is TPS × the mean hold time, and these figures leave the mean open';
  const missing = workload?.p50Ms === undefined ? '--p50 and --p99' : '--p99';
  const measure = openShare
    ? 'Give the sum of the times with it (`_sum` of Prometheus), or buckets up to the longest hold.'
    : `Give --mean and it is known${workload?.p99Ms === undefined ? `; ${missing} would narrow it` : ''}. A shorter --deadline or query timeout also bounds it.`;
  const sized = method === 'model' ? ` The pool of ${formatNumber(connectionLimit)} is sized for the upper end.` : '';
  return { code: 'LOAD_UNCERTAIN', message: `${why}: ${range}${longest}.${sized}`, hint: measure };
};

const lastBucketIsOpen: Insight = ({ load, outlook }) => {
  const share = outlook?.hold.openShare;
  if (!load || !share || load.meanLoad.high > openLoadRatio * load.meanLoad.low) return undefined;
  return {
    code: 'LAST_BUCKET_OPEN',
    message: `${formatRatio(share)} of the holds are in a last bucket without an end; how long they take is ${outlook.hold.isAssumed ? 'a guess' : 'known by their sum alone'}.`,
    hint: 'Add buckets up to the longest hold, a query timeout for instance.',
  };
};

const queueDecidesFirst: Insight = ({ behaviour, queueLimit, acquireTimeoutMs, connectionLimit, load }, input) => {
  if (!behaviour || !load || queueLimit === 0) return undefined;
  const waitMs = behaviour.lastQueuePlaceWaitMs;
  const connections = connectionLimit - load.batchJobs;
  const holdMs = (waitMs * connections) / (queueLimit * load.connectionsPerRequest);
  const place = `Place ${formatNumber(queueLimit)} of the queue behind ${formatCount(connections, 'connection')} held for ${formatDuration(holdMs)} waits about ${formatDuration(waitMs)}`;
  if (waitMs * 2 <= acquireTimeoutMs) {
    if (isDefaultTimeout(input)) return undefined;
    return {
      code: 'QUEUE_DECIDES_FIRST',
      message: `${place}, so the acquire timeout of ${formatDuration(acquireTimeoutMs)} only fires when the database hangs.`,
      hint: 'Alert on both: refused requests mean overload, timeouts a frozen database.',
    };
  }
  if (waitMs <= acquireTimeoutMs) return undefined;
  const served = Math.floor((queueLimit * acquireTimeoutMs) / waitMs);
  return {
    code: 'TIMEOUT_DECIDES_FIRST',
    message: `${place}, longer than the acquire timeout of ${formatDuration(acquireTimeoutMs)}: only the first ${formatNumber(served)} places can be served in time.`,
    hint: `A queueLimit of ${formatNumber(Math.max(1, served))} refuses the others at once instead of after the timeout.`,
  };
};

/** Whether nobody asked for this acquire timeout: what poolctl sets itself is no fault of the user's. */
function isDefaultTimeout({ rule, preset, fixed }: SizeInput): boolean {
  return (rule?.acquireTimeoutMs ?? preset?.acquireTimeoutMs ?? fixed?.acquireTimeoutMs) === undefined;
}

const timeoutBeyondPatience: Insight = ({ acquireTimeoutMs }, input) => {
  if (input.deadlineMs !== undefined || acquireTimeoutMs <= patienceMs || isDefaultTimeout(input)) return undefined;
  return {
    code: 'TIMEOUT_BEYOND_PATIENCE',
    message: `An acquire timeout of ${formatDuration(acquireTimeoutMs)} is longer than callers wait: people leave or reload after 2 to 3 s, and work for them is wasted.`,
    hint: 'Give what the caller really waits, for instance --deadline 3s.',
  };
};

/** A login to a server nearby takes 30 to 170 ms (measured: TCP, TLS, scram-sha-256 or caching_sha2_password). */
const loginMs = 170;

const timeoutBelowLogin: Insight = ({ acquireTimeoutMs }) => {
  if (acquireTimeoutMs >= loginMs) return undefined;
  return {
    code: 'TIMEOUT_BELOW_LOGIN',
    message: `An acquire timeout of ${formatDuration(acquireTimeoutMs)} is shorter than a login may take (30 to ${loginMs} ms): a request for which the pool has to open a connection fails.`,
    hint: 'Open all connections at the start and keep them (a minimum equal to the limit), or allow a longer deadline.',
  };
};

const deadlineBelowSlowest: Insight = ({ load, outlook }, { deadlineMs, workload }) => {
  if (deadlineMs === undefined || !load || !outlook || load.holdTimeMs >= deadlineMs) return undefined;
  const p99Ms = workload?.p99Ms;
  if (p99Ms === undefined || p99Ms + load.roundTripMs < deadlineMs) return undefined;
  return {
    code: 'DEADLINE_BELOW_P99',
    message: `One request in a hundred holds its connection for ${formatDuration(p99Ms)} alone, and the deadline is ${formatDuration(deadlineMs)}: the acquire timeout is what the usual hold leaves of it.`,
    hint: 'Those requests miss the deadline at any size of the pool: shorten them, or end them with a query timeout.',
  };
};

/** Above these, a unit was probably forgotten. */
const [unlikelyHoldMs, unlikelyConnections] = [60_000, 1_000];

const inputIsUnlikely: Insight = ({ load, connectionLimit, limitedBy }) => {
  if (!load || limitedBy === 'given') return undefined;
  const isLong = load.holdTimeMs >= unlikelyHoldMs;
  if (!isLong && connectionLimit <= unlikelyConnections) return undefined;
  return {
    code: 'INPUT_UNLIKELY',
    message: isLong
      ? `A connection held for ${formatDuration(load.holdTimeMs)}: is that the time you mean?`
      : `${formatNumber(connectionLimit)} connections in one pool: are rate and time what you mean?`,
    hint: 'Times without a unit are milliseconds: 5ms or 5, where 5m is five minutes; rates are per second.',
  };
};

const nestedAcquisition: Insight = ({ deadlock, load, connectionLimit }) => {
  if (!deadlock || !load) return undefined;
  const each = `Requests that hold ${load.connectionsPerRequest} connections at once can deadlock the pool`;
  return deadlock.boundedByCaller
    ? {
        code: 'NESTED_ACQUISITION',
        message: `${each}: with ${formatNumber(deadlock.concurrentRequests)} of them together it needs at least ${formatNumber(deadlock.floor)} connections, and has ${formatNumber(connectionLimit)}.`,
        hint: 'Better still, do the inner work on the connection the request already holds.',
      }
    : {
        code: 'NESTED_ACQUISITION',
        message: `${each}. An event loop does not bound how many run together, so no finite pool is safe by itself.`,
        hint: `Let at most ${formatNumber(deadlock.concurrentRequests)} of them run at once in a process (a semaphore), or do the inner work on the connection already held.`,
      };
};

const serverIsTheLimit: Insight = ({ activeConnectionsBound, load, fleet }) => {
  if (activeConnectionsBound === undefined || !load) return undefined;
  const active = (load.meanLoad.estimate + load.batchJobs) * fleet.normal.pools;
  if (active <= activeConnectionsBound) return undefined;
  return {
    code: 'SERVER_IS_THE_LIMIT',
    message: `The fleet keeps about ${formatNumber(active)} connections in use, and the rule of cores and disks expects the server to run about ${formatNumber(activeConnectionsBound)} at once well: if they are active all that time, more connections only make them slower.`,
    hint: 'The rule bounds active connections, not open ones; measure the active ones before you buy cores.',
  };
};

const rolloutNotCounted: Insight = ({ budget, connectionLimit }, { fleet = {} }) => {
  if (!budget?.fits || fleet.surgeRatio !== undefined) return undefined;
  const { instances, connections } = fleetDemand(connectionLimit, { ...fleet, surgeRatio: usualSurgeRatio }).rollout;
  if (connections <= budget.availableConnections) return undefined;
  return {
    code: 'ROLLOUT_NOT_COUNTED',
    message: `A rolling deploy with the usual surge of 25 % runs ${formatCount(instances, 'instance')} for a while: ${formatNumber(connections)} connections, and ${formatNumber(budget.availableConnections)} are available.`,
    hint: 'Give --surge 25% to size for it, or --surge 0% if deploys stop the old instances first.',
  };
};

/** superuser_reserved_connections of PostgreSQL by default. */
const usualReserve = 3;

const reservedNotCounted: Insight = ({ budget, fleet }, { server }) => {
  if (!budget?.fits || server?.reserved !== undefined) return undefined;
  const left = fleet.rollout.leftConnections ?? 0;
  if (left >= usualReserve) return undefined;
  return {
    code: 'RESERVED_NOT_COUNTED',
    message: `Only ${formatCount(left, 'connection')} would be left, and PostgreSQL keeps ${usualReserve} for superusers: there it does not fit.`,
    hint: 'Give --server postgres (or another), or --reserved 3.',
  };
};

const limitIsEstimated: Insight = ({ budget }, { memory = [] }) => {
  if (!budget?.estimated) return undefined;
  const engine = memory.length === 1 ? memory[0]?.engine : undefined;
  return {
    code: 'LIMIT_ESTIMATED',
    message: `The max_connections of ${formatNumber(budget.maxConnections)} is an estimate for ${budget.server ?? 'this server'}; its own setting may differ.`,
    hint: askForMaxConnections(engine),
  };
};

const platformBounds: Insight = (
  { limitedBy, load, connectionLimit, connectionLimitByFormula, fleet },
  { platform },
) => {
  if (!platform || limitedBy !== 'platform' || !load) return undefined;
  if (platform.requestsPerInstance === undefined) {
    return {
      code: 'PLATFORM_BOUNDS',
      message: `${platform.name} allows ${formatCount(connectionLimit, 'connection')} per ${platform.limitIsPer ?? 'instance'}; this load asks for ${formatNumber(connectionLimitByFormula ?? connectionLimit)}.`,
      hint: 'Run more instances, each with a part of the load.',
    };
  }
  const { instances } = fleet.normal;
  const busy = (load.meanLoad.high * instances) / (platform.requestsPerInstance * load.connectionsPerRequest);
  return {
    code: 'PLATFORM_BOUNDS',
    message: `${platform.name} gives an instance ${formatCount(platform.requestsPerInstance, 'request')} at a time, so its pool never uses more than ${formatCount(connectionLimit, 'connection')}. ${formatNumber(load.fleetArrivalRatePerSecond)} TPS keep up to ${formatCount(Math.ceil(busy), 'instance')} busy.`,
    hint: `Give --instances with the concurrency that you allow, at least ${formatNumber(Math.ceil(busy))}, and check that against the server; a pooler in front shares its connections.`,
  };
};

const presetDiffers: Insight = ({ load, connectionLimit, queueLimit }, { preset = {} }) => {
  if (!load || preset.connectionLimit === undefined || preset.connectionLimit === connectionLimit) return undefined;
  const direction = preset.connectionLimit < connectionLimit ? 'too small for' : 'larger than';
  return {
    code: 'PRESET_DIFFERS',
    message: `The profile's connectionLimit of ${formatNumber(preset.connectionLimit)} is ${direction} this load, which asks for ${formatNumber(connectionLimit)} with a queue of ${formatNumber(queueLimit)}.`,
    hint: "Measured load decides; leave out the load to take the profile's settings as they are.",
  };
};

const queueRefusesGoodTraffic: Insight = ({ outlook, queueLimit, connectionLimit }) => {
  if (outlook?.leastQueueLimit === undefined || outlook.leastQueueLimit <= queueLimit) return undefined;
  if ((outlook.smallest?.connectionLimit ?? Infinity) > connectionLimit) return undefined;
  return {
    code: 'QUEUE_TOO_SHORT',
    message: `A queue of ${formatNumber(queueLimit)} refuses ${formatRatio(outlook.prediction.rejectedRatio)} of the requests in normal running, while the connections would be enough.`,
    hint: `A queueLimit of ${formatNumber(outlook.leastQueueLimit)} refuses at most one in a thousand.`,
  };
};

const burstsAreRough: Insight = ({ load, outlook }) => {
  if (!load?.burst || !outlook || outlook.burstRatePerSecond !== undefined) return undefined;
  if (load.burst.burstMs < 0.5 * outlook.hold.meanMs) return undefined;
  return {
    code: 'BURSTS_ARE_ROUGH',
    message: `Bursts of ${formatDuration(load.burst.burstMs)} on hold times of ${formatDuration(outlook.hold.meanMs)} are where the model is weakest: waits can be several times as long.`,
    hint: 'Add --simulate, or play it through with `poolctl simulate --burst`.',
  };
};

const holdsOfTwoKinds: Insight = ({ outlook }) => {
  if (outlook?.hold.tail !== 'heavier') return undefined;
  return {
    code: 'HOLDS_OF_TWO_KINDS',
    message: `The slowest requests hold a connection far longer than the others' times suggest${outlook.hold.worstRatio > 1.05 ? ` (one smooth law misses a percentile by a factor of ${formatNumber(outlook.hold.worstRatio)})` : ''}: two kinds of requests, lock waits or timeouts.`,
    hint: 'Give --samples or --histogram for the true shape, or size each kind of request by itself.',
  };
};

const insights: readonly Insight[] = [
  loadByP95,
  loadIsUncertain,
  lastBucketIsOpen,
  inputIsUnlikely,
  holdsOfTwoKinds,
  burstsAreRough,
  queueRefusesGoodTraffic,
  queueDecidesFirst,
  timeoutBeyondPatience,
  timeoutBelowLogin,
  deadlineBelowSlowest,
  nestedAcquisition,
  platformBounds,
  serverIsTheLimit,
  reservedNotCounted,
  limitIsEstimated,
  rolloutNotCounted,
  presetDiffers,
];
