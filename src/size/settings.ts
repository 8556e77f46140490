import { PoolctlError } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { HoldLaws } from '../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import type { PoolModel, PoolPrediction } from '../queueing/pool-model.ts';
import { predictPool } from '../queueing/predict.ts';
import { retryLoad } from '../queueing/retries.ts';
import { predictSplit } from '../queueing/split.ts';
import type { PoolSettings, SizeInput, Targets } from './input.ts';
import { poolLoad } from './pool-load.ts';
import { queueLimitFor } from './rounding.ts';
import type { SizingRule } from './rule.ts';
import { clamp, leastQueueLimit, type QueueBounds, queueBoundsFor, slowHoldMs } from './waiting-limits.ts';
import type { OfferedLoad } from './workload.ts';

/** What the settings of a pool follow from, but for its connections. */
export interface SettingSources {
  readonly input: SizeInput;
  readonly rule: SizingRule;
  readonly targets?: Targets;
  readonly laws?: HoldLaws;
  /** The laws that the pool must bear, that which it is chosen for first; none where no model applies. */
  readonly bears: readonly HoldLaw[];
  readonly load?: OfferedLoad;
}

/** A pool's settings, what bounded them, and what the model expects of them under the law that they were chosen for. */
export interface Candidate {
  readonly settings: PoolSettings;
  readonly queueBounds?: QueueBounds;
  /** The queue of the rule, where another one was taken. */
  readonly queueLimitByRule?: number;
  /** One for each law that the pool must bear; none without a load, and where batch jobs leave no connection for requests. */
  readonly predictions: readonly PoolPrediction[];
}

/** With requests that come again: waits are of all attempts, and what is lost is what fails for good. */
function withRetries(pool: PoolModel, { attempts, pauseMs }: NonNullable<OfferedLoad['retries']>): PoolPrediction {
  const { prediction, lostRatio = 0 } = retryLoad(pool, attempts + 1, 1, pauseMs);
  if (!prediction) return predictPool(pool);
  const failed = prediction.rejectedRatio + prediction.timedOutRatio;
  const share = failed > 0 ? lostRatio / failed : 0;
  return {
    ...prediction,
    rejectedRatio: prediction.rejectedRatio * share,
    timedOutRatio: prediction.timedOutRatio * share,
  };
}

/** What a probe proved, where it did so for this rate of one pool, within 1 %. */
export function provedFor({ proved }: SizeInput, { poolArrivalRatePerSecond }: OfferedLoad): SizeInput['proved'] {
  if (!proved?.isProved) return undefined;
  return Math.abs(poolArrivalRatePerSecond / proved.ratePerSecond - 1) < 0.01 ? proved : undefined;
}

/** What ends a hold that lasts: a query time-out, or the deadline after which nobody waits for it. */
export function longestHoldMs({ deadlineMs = Infinity, preset, fixed }: SizeInput): number | undefined {
  const longest = Math.min(deadlineMs, fixed?.queryTimeoutMs ?? preset?.queryTimeoutMs ?? Infinity);
  return longest === Infinity ? undefined : longest;
}

/** The settings that go with so many connections. @throws PoolctlError INPUT_CONTRADICTION for a deadline that no timeout can keep */
export function candidate(connectionLimit: number, sources: SettingSources): Candidate {
  const { input, rule, targets, laws, bears, load } = sources;
  const { preset = {}, fixed = {} } = input;
  const [law] = bears;
  const proved = load && provedFor(input, load);
  const usual = preset.acquireTimeoutMs ?? proved?.acquireTimeoutMs ?? rule.acquireTimeoutMs;
  const acquireTimeoutMs = fixed.acquireTimeoutMs ?? acquireTimeout(usual, input, load, laws);
  const forRequests = Math.max(1, connectionLimit - (load?.batchJobs ?? 0));
  const byRule = (load ? undefined : preset.queueLimit) ?? queueLimitFor(forRequests, rule.queueRatio);
  const queueBounds = law && load && queueBoundsFor(input, law, load, connectionLimit, acquireTimeoutMs);
  const rest = {
    connectionLimit,
    acquireTimeoutMs,
    connectTimeoutMs: fixed.connectTimeoutMs ?? preset.connectTimeoutMs ?? rule.connectTimeoutMs,
    ...withoutUndefined({ queryTimeoutMs: fixed.queryTimeoutMs ?? preset.queryTimeoutMs }),
  };
  const withQueue = (queueLimit: number): Candidate => {
    const settings: PoolSettings = { ...rest, queueLimit };
    const queueLimitByRule = fixed.queueLimit === undefined && queueLimit !== byRule ? byRule : undefined;
    const predictions = load ? bears.flatMap((one) => predicted(settings, one, load) ?? []) : [];
    return { settings, predictions, ...withoutUndefined({ queueBounds, queueLimitByRule }) };
  };
  if (fixed.queueLimit !== undefined) return withQueue(fixed.queueLimit);
  const wanted = Math.max(byRule, input.simulatedNeed?.queueLimit ?? 0, proved?.queueLimit ?? 0);
  const first = withQueue(queueBounds ? clamp(wanted, queueBounds) : wanted);
  if (!targets || !load) return first;
  const refused = bears.filter((_, index) => (first.predictions[index]?.rejectedRatio ?? 0) > targets.maxLossRatio);
  const least = refused.map(
    (one) => leastQueueLimit({ ...poolLoad(one, load), connections: forRequests }, targets.maxLossRatio) ?? 1,
  );
  const raised = Math.min(Math.max(0, ...least), queueBounds?.most ?? Infinity);
  return raised > first.settings.queueLimit ? withQueue(raised) : first;
}

/** What the model expects of a pool; undefined where batch jobs leave no connection for requests. */
export function predicted(settings: PoolSettings, law: HoldLaw, load: OfferedLoad): PoolPrediction | undefined {
  const { connectionLimit, queueLimit, acquireTimeoutMs } = settings;
  const connections = connectionLimit - load.batchJobs;
  if (connections < 1) return undefined;
  const pool = { ...poolLoad(law, load), connections, queueLimit, acquireTimeoutMs };
  const { split, retries } = load;
  if (retries && retries.attempts > 0) return withRetries(pool, retries);
  if (!split) return predictPool(pool);
  return predictSplit({ ...pool, ...split, arrivalRatePerSecond: pool.arrivalRatePerSecond * split.pools });
}

/** A deadline leaves what the slowest 1 % of the holds do not need of it; where that is nothing, what the usual hold leaves. */
function acquireTimeout(
  ms: number,
  input: SizeInput,
  load: OfferedLoad | undefined,
  laws: HoldLaws | undefined,
): number {
  const { deadlineMs } = input;
  if (deadlineMs === undefined) return ms;
  const [slowMs, usualMs] = [slowHoldMs(input, load, laws), load?.holdTimeMs ?? 0];
  const leftMs = Math.floor(deadlineMs - (deadlineMs - slowMs >= 1 ? slowMs : usualMs));
  if (leftMs >= 1) return Math.min(ms, leftMs);
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `A deadline of ${formatDuration(deadlineMs)} is over before a connection held for ${formatDuration(usualMs)} has done its work.`,
    { hint: 'Hold connections for a shorter time, or promise a longer deadline; no acquire timeout can fix it.' },
  );
}
