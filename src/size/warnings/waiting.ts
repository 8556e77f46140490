import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import type { SizeInput } from '../input.ts';
import type { Insight } from './insight.ts';

/** How long people wait before they leave or press reload: 2 to 3 s. Source: Naver D2 helloworld/5102792, on maxWait. */
const patienceMs = 3_000;

export const queueRefusesGoodTraffic: Insight = ({ outlook, queueLimit, connectionLimit }) => {
  if (outlook?.leastQueueLimit === undefined || outlook.leastQueueLimit <= queueLimit) return undefined;
  if ((outlook.smallest?.connectionLimit ?? Infinity) > connectionLimit) return undefined;
  return {
    code: 'QUEUE_TOO_SHORT',
    message: `A queue of ${formatNumber(queueLimit)} refuses ${formatRatio(outlook.prediction.rejectedRatio)} of the requests in normal running, while the connections would be enough.`,
    hint: `A queueLimit of ${formatNumber(outlook.leastQueueLimit)} refuses at most one in a thousand.`,
  };
};

export const queueDecidesFirst: Insight = (
  { behaviour, queueLimit, acquireTimeoutMs, connectionLimit, load },
  input,
) => {
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
  if (queueLimit <= 1 || served >= queueLimit) return undefined;
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

export const timeoutBeyondPatience: Insight = ({ acquireTimeoutMs }, input) => {
  if (input.deadlineMs !== undefined || acquireTimeoutMs <= patienceMs || isDefaultTimeout(input)) return undefined;
  return {
    code: 'TIMEOUT_BEYOND_PATIENCE',
    message: `An acquire timeout of ${formatDuration(acquireTimeoutMs)} is longer than callers wait: people leave or reload after 2 to 3 s, and work for them is wasted.`,
    hint: 'Give what the caller really waits, for instance --deadline 3s.',
  };
};

/** A login to a server nearby takes 30 to 170 ms (measured: TCP, TLS, scram-sha-256 or caching_sha2_password). */
const loginMs = 170;

export const timeoutBelowLogin: Insight = ({ acquireTimeoutMs }) => {
  if (acquireTimeoutMs >= loginMs) return undefined;
  return {
    code: 'TIMEOUT_BELOW_LOGIN',
    message: `An acquire timeout of ${formatDuration(acquireTimeoutMs)} is shorter than a login may take (30 to ${loginMs} ms): a request for which the pool has to open a connection fails.`,
    hint: 'Open all connections at the start and keep them (a minimum equal to the limit), or allow a longer deadline.',
  };
};

export const deadlineBelowSlowest: Insight = ({ load, outlook }, { deadlineMs, workload }) => {
  if (deadlineMs === undefined || !load || !outlook || load.holdTimeMs >= deadlineMs) return undefined;
  const p99Ms = workload?.p99Ms;
  if (p99Ms === undefined || p99Ms + load.roundTripMs < deadlineMs) return undefined;
  return {
    code: 'DEADLINE_BELOW_P99',
    message: `One request in a hundred holds its connection for ${formatDuration(p99Ms)} alone, and the deadline is ${formatDuration(deadlineMs)}: the acquire timeout is what the usual hold leaves of it.`,
    hint: 'Those requests miss the deadline at any size of the pool: shorten them, or end them with a query timeout.',
  };
};

export const nestedAcquisition: Insight = ({ deadlock, load, connectionLimit }) => {
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
