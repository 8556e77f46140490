import { askForMaxConnections } from '../base/engine.ts';
import { formatCount, formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { fleetDemand } from './budget.ts';
import type { SizeInput } from './input.ts';
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

const loadIsOverstated: Insight = ({ load, limitedBy, outlook }, { workload }) => {
  if (load?.holdTimeBasis !== 'p95' || limitedBy === 'model') return undefined;
  const { estimate, low, high } = load.meanLoad;
  const isKnown = outlook?.hold.isAssumed === false;
  const message = isKnown
    ? `TPS × p95 overstates the load: with p50 ${formatDuration(workload?.p50Ms ?? 0)} and p95 ${formatDuration(workload?.p95Ms ?? 0)} about ${formatNumber(estimate)} connections are in use on average, not ${formatNumber(load.offeredLoad)}.`
    : `TPS × p95 overstates the load: on average ${formatNumber(low)} to ${formatNumber(high)} connections are in use, usually about ${formatNumber(estimate)}.`;
  const hint = isKnown
    ? `Give the mean with --mean to size by it; by these percentiles it is about ${formatDuration((estimate / load.offeredLoad) * load.holdTimeMs)}.`
    : 'Give --p50 to know by how much, or --mean to size by it.';
  return { code: 'LOAD_OVERSTATED', message, hint };
};

const queueDecidesFirst: Insight = ({ behaviour, queueLimit, acquireTimeoutMs, connectionLimit, load }) => {
  if (!behaviour || !load) return undefined;
  const waitMs = behaviour.lastQueuePlaceWaitMs;
  const holdMs = (waitMs * (connectionLimit - load.batchJobs)) / (queueLimit * load.connectionsPerRequest);
  const place = `Place ${formatNumber(queueLimit)} of the queue behind ${formatNumber(connectionLimit - load.batchJobs)} connections held for ${formatDuration(holdMs)} waits about ${formatDuration(waitMs)}`;
  if (waitMs * 2 <= acquireTimeoutMs) {
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

const timeoutBeyondPatience: Insight = ({ acquireTimeoutMs }, { deadlineMs }) => {
  if (deadlineMs !== undefined || acquireTimeoutMs <= patienceMs) return undefined;
  return {
    code: 'TIMEOUT_BEYOND_PATIENCE',
    message: `An acquire timeout of ${formatDuration(acquireTimeoutMs)} is longer than callers wait: people leave or reload after 2 to 3 s, and work for them is wasted.`,
    hint: 'Give what the caller really waits, for instance --deadline 3s.',
  };
};

const noRoomForChance: Insight = ({ behaviour, outlook, connectionLimit, headroomRatio }, { method }) => {
  if (!behaviour || !outlook || method === 'model') return undefined;
  if (behaviour.utilization >= 1) {
    return {
      code: 'NO_HEADROOM',
      message: `With ${formatRatio(headroomRatio)} headroom every connection is always busy, and the queue grows without end.`,
      hint: 'Keep some headroom; 50 % is the default.',
    };
  }
  const { waitProbability, p99WaitMs = Number.POSITIVE_INFINITY } = outlook.prediction;
  if (waitProbability <= 0.05 && p99WaitMs <= outlook.targets.maxWaitP99Ms) return undefined;
  return {
    code: 'SMALL_POOL_WAITS',
    message: `${formatRatio(waitProbability)} of the requests find all ${formatCount(connectionLimit, 'connection')} busy at this load: a share of headroom protects a small pool less than a large one.`,
    hint: 'Raise --headroom if these waits matter.',
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

const presetDiffers: Insight = ({ load, connectionLimit, queueLimit }, { preset = {} }) => {
  if (!load || preset.connectionLimit === undefined || preset.connectionLimit === connectionLimit) return undefined;
  const direction = preset.connectionLimit < connectionLimit ? 'too small for' : 'larger than';
  return {
    code: 'PRESET_DIFFERS',
    message: `The profile's connectionLimit of ${formatNumber(preset.connectionLimit)} is ${direction} this load, which asks for ${formatNumber(connectionLimit)} with a queue of ${formatNumber(queueLimit)}.`,
    hint: "Measured load decides; leave out the load to take the profile's settings as they are.",
  };
};

const queueRefusesGoodTraffic: Insight = ({ outlook, queueLimit }) => {
  if (outlook?.leastQueueLimit === undefined || outlook.leastQueueLimit <= queueLimit) return undefined;
  return {
    code: 'QUEUE_TOO_SHORT',
    message: `A queue of ${formatNumber(queueLimit)} refuses ${formatRatio(outlook.prediction.rejectedRatio)} of the requests in normal running, while the connections would be enough.`,
    hint: `A queueLimit of ${formatNumber(outlook.leastQueueLimit)} refuses at most one in a thousand; --deadline or --method model takes that into account.`,
  };
};

const burstsAreRough: Insight = ({ load, outlook }) => {
  if (!load?.burst || !outlook) return undefined;
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
    message: `The slowest requests hold a connection far longer than the others' times suggest (the fit misses a percentile by a factor of ${formatNumber(outlook.hold.worstRatio)}): two kinds of requests, lock waits or timeouts.`,
    hint: 'Give --samples or --histogram for the true shape, or size each kind of request by itself.',
  };
};

const insights: readonly Insight[] = [
  loadIsOverstated,
  holdsOfTwoKinds,
  burstsAreRough,
  queueRefusesGoodTraffic,
  queueDecidesFirst,
  timeoutBeyondPatience,
  noRoomForChance,
  nestedAcquisition,
  serverIsTheLimit,
  reservedNotCounted,
  limitIsEstimated,
  rolloutNotCounted,
  presetDiffers,
];
