import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import { openLoadRatio } from '../outlook.ts';
import { provedFor } from '../settings.ts';
import type { Insight } from './insight.ts';

/** TPS x p95 beside the load by the mean: above it, below it, or not to be told from these figures. */
export const loadByP95: Insight = ({ load, outlook }) => {
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

export const loadIsUncertain: Insight = ({ load, outlook, connectionLimit }, { method, workload }) => {
  if (!load || !outlook) return undefined;
  const { estimate, low, high } = load.meanLoad;
  if (high <= openLoadRatio * low) return undefined;
  const { longestMs, openShare } = outlook.hold;
  const isOfSamples = outlook.hold.family === 'samples';
  const range = `${formatNumber(low)} to ${formatNumber(high)} connections are in use on average, about ${formatNumber(estimate)}`;
  const longest =
    longestMs === undefined ? '' : `, if no connection is held for longer than ${formatDuration(longestMs)}`;
  const why = isOfSamples
    ? 'So few samples leave the load open'
    : openShare
      ? `${formatRatio(openShare)} of the holds are in a last bucket without an end`
      : 'The load is TPS × the mean hold time, and these figures leave the mean open';
  const missing = workload?.p50Ms === undefined ? '--p50 and --p99' : '--p99';
  const measure = isOfSamples
    ? 'Measure more hold times: the range is that of their number.'
    : openShare
      ? 'Give the sum of the times with it (`_sum` of Prometheus), or buckets up to the longest hold.'
      : `Give --mean and it is known${workload?.p99Ms === undefined ? `; ${missing} would narrow it` : ''}. A shorter --deadline or query timeout also bounds it.`;
  const sized = method === 'model' ? ` The pool of ${formatNumber(connectionLimit)} is sized for the upper end.` : '';
  return { code: 'LOAD_UNCERTAIN', message: `${why}: ${range}${longest}.${sized}`, hint: measure };
};

export const lastBucketIsOpen: Insight = ({ load, outlook }) => {
  const share = outlook?.hold.openShare;
  if (!load || !share || load.meanLoad.high > openLoadRatio * load.meanLoad.low) return undefined;
  return {
    code: 'LAST_BUCKET_OPEN',
    message: `${formatRatio(share)} of the holds are in a last bucket without an end; how long they take is ${outlook.hold.isAssumed ? 'a guess' : 'known by their sum alone'}.`,
    hint: 'Add buckets up to the longest hold, a query timeout for instance.',
  };
};

export const holdsOfTwoKinds: Insight = ({ outlook }) => {
  if (outlook?.hold.tail !== 'heavier') return undefined;
  return {
    code: 'HOLDS_OF_TWO_KINDS',
    message: `The slowest requests hold a connection far longer than the others' times suggest${outlook.hold.worstRatio > 1.05 ? ` (one smooth law misses a percentile by a factor of ${formatNumber(outlook.hold.worstRatio)})` : ''}: two kinds of requests, lock waits or timeouts.`,
    hint: 'Give --samples or --histogram for the true shape, or size each kind of request by itself.',
  };
};

export const burstsAreRough: Insight = ({ load, outlook }) => {
  if (!load || !outlook) return undefined;
  const isBatched = (load.batchSize ?? 1) * load.connectionsPerRequest > 1;
  const isBoth = load.burst !== undefined && isBatched;
  const { scv } = outlook.hold;
  const isUneven = (load.burst !== undefined || isBatched) && scv > 4;
  if (!isBoth && !isUneven && !(isBatched && scv < 0.3)) return undefined;
  return {
    code: 'BURSTS_ARE_ROUGH',
    message: isBoth
      ? 'Bursts of batches are where the model is weakest: waits can be longer.'
      : 'For requests that come in bursts or batches the model is exact where hold times vary like an exponential. These vary much less or more, and the pool may be a tenth or a fifth too small.',
    hint: 'Add --simulate, or play it through with `poolctl simulate`.',
  };
};

/** Above these, a unit was probably forgotten. */
const [unlikelyHoldMs, unlikelyConnections] = [60_000, 1_000];

export const inputIsUnlikely: Insight = ({ load, connectionLimit, limitedBy }) => {
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

export const retriesAreRough: Insight = ({ load, outlook }) => {
  if (!load?.retries?.attempts || !outlook) return undefined;
  const lost = outlook.prediction.rejectedRatio + outlook.prediction.timedOutRatio;
  // Within a factor of four nothing is at stake.
  if (lost < outlook.targets.maxLossRatio / 4) return undefined;
  return {
    code: 'RETRIES_ARE_ROUGH',
    message: `${formatRatio(lost)} of the requests fail for good by the model, and with retries that is known within a factor of two, sometimes four.`,
    hint: 'Add --simulate, which plays them.',
  };
};

export const provedDiffers: Insight = ({ load, connectionLimit, limitedBy }, { proved }) => {
  if (!proved || !load || limitedBy === 'proved' || limitedBy === 'given') return undefined;
  const [ended, answer] = [formatCount(proved.connectionLimit, 'connection'), formatNumber(connectionLimit)];
  if (!proved.isProved) {
    return {
      code: 'PROBE_DIFFERS',
      message: `The probe ended with ${ended} and did not prove them; this answer of ${answer} is by ${limitedBy === 'model' ? 'the model' : 'the formula'} from its hold times.`,
      hint: 'Probe again until it proves its pool, with --duration 60s for instance.',
    };
  }
  if (connectionLimit >= proved.connectionLimit && provedFor({ proved }, load)) return undefined;
  return {
    code: 'PROBE_DIFFERS',
    message: `The probe proved ${ended} for ${formatNumber(proved.ratePerSecond)} requests a second to one pool. This load is ${formatNumber(load.poolArrivalRatePerSecond)} a second to each, so its ${answer} are calculated.`,
    hint: 'Probe at that rate to prove them.',
  };
};
