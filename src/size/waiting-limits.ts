import { limitsForDeadline, queueQuantile } from '../queueing/deadline.ts';
import { holdDistribution } from '../queueing/distribution.ts';
import type { HoldLaws } from '../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import type { PoolModel } from '../queueing/pool-model.ts';
import { waitDistribution } from '../queueing/wait.ts';
import type { SizeInput } from './input.ts';
import { poolLoad } from './pool-load.ts';
import type { OfferedLoad } from './workload.ts';

/** The queue limits that make sense for a pool with its acquire timeout. */
export interface QueueBounds {
  /** The queue that 99.9 % of the requests do not find longer in normal running: a shorter limit refuses good traffic. */
  readonly least: number;
  /** The longest queue whose last place is served within the acquire timeout 99 % of the time. */
  readonly most: number;
}

/** Bounds on queueLimit where a deadline or the model decides; undefined where the rule alone does. */
export function queueBoundsFor(
  input: SizeInput,
  law: HoldLaw,
  load: OfferedLoad,
  connectionLimit: number,
  acquireTimeoutMs: number,
): QueueBounds | undefined {
  if (input.deadlineMs === undefined && input.method !== 'model') return undefined;
  const connections = connectionLimit - load.batchJobs;
  if (connections < 1) return undefined;
  const deadlineMs = acquireTimeoutMs + holdDistribution(law).quantile(0.99);
  const { queueLimit = 1, leastQueueLimit: least = 1 } = limitsForDeadline(
    { ...poolLoad(law, load), connections },
    { deadlineMs },
  );
  return { least: Math.max(1, least), most: Math.max(1, queueLimit) };
}

/** The queue that at most this share of the requests (one in a thousand) finds longer, at least 1; undefined in overload. */
export function leastQueueLimit(pool: PoolModel, share = 0.001): number | undefined {
  const wait = waitDistribution(pool);
  return wait && Math.max(1, queueQuantile(wait, pool.arrivalRatePerSecond / 1_000, 1 - Math.max(share, 1e-9)));
}

/** As near to `queueLimit` as the bounds allow; where they cross, what is served in time wins. */
export function clamp(queueLimit: number, { least, most }: QueueBounds): number {
  return Math.min(most, Math.max(least, queueLimit));
}

/** The time to leave for the work itself: the p99 of the holds, as given or by their law, and at least the formula's time. */
export function slowHoldMs(
  { workload = {} }: SizeInput,
  load: OfferedLoad | undefined,
  laws: HoldLaws | undefined,
): number {
  if (!load || !laws) return 0;
  const p99Ms =
    workload.p99Ms === undefined ? holdDistribution(laws.law).quantile(0.99) : workload.p99Ms + load.roundTripMs;
  return Math.max(load.holdTimeMs, p99Ms);
}
