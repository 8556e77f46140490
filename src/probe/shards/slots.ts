import { holdDistribution } from '../../queueing/distribution.ts';
import type { ProbeRequest } from '../request.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import type { PlannedStep, ShardQuestion } from './model.ts';

/** What the steps of a plan are laid out by; times in ms. */
export interface StepsWish {
  readonly request: ProbeRequest;
  readonly shards: number;
  /** What the load may open in all. */
  readonly allowed: number;
  /** See `drainMsOf`. */
  readonly drainMs: number;
  readonly connectTimeoutMs: number;
}

export interface PlannedSteps {
  readonly question: ShardQuestion;
  readonly steps: readonly PlannedStep[];
  readonly leadMs: number;
}

const leastDrainMs = 1_000;
const mostDrainMs = 10_000;
const leastHalfMs = 2_000;
/** The last ten logins, of a server that may be far away. */
const loginMs = 250;

/**
 * How long what is under way at the end of a step is given. A drain may last as long as the statement timeout, at least
 * 10 s, and a ramp of twenty steps would then mostly wait. Holds have a law, and end within it; of other requests nobody
 * knows the longest before they ran, and one second is what a drain adds to the longest it has seen. A pool that is late
 * for its step after all says so.
 */
export function drainMsOf({ variables }: Pick<ProbeWorkload, 'variables'>): number {
  const holds = Object.values(variables).filter((law) => law.kind === 'sleep');
  const longestMs = holds.map(({ law }) => holdDistribution(law).quantile(0.999));
  return Math.ceil(Math.min(mostDrainMs, Math.max(leastDrainMs, ...longestMs)));
}

/** Ten connections every 100 ms (LoadPool.openAll), in each shard. */
export function openingMs(connectionLimit: number, shards: number): number {
  return loginMs + 100 * Math.ceil(connectionLimit / shards / 10);
}

/**
 * From the moment at which the last shard came to the first step. Half of it is for the others to see that, and for one
 * more look at the budget while no load is there; the other half to try a request and to open the pools.
 */
export function leadMsOf({ drainMs, shards }: StepsWish, connectionLimit: number): number {
  const halfMs = Math.max(leastHalfMs, drainMs + openingMs(connectionLimit, shards));
  return 1_000 * Math.ceil((2 * halfMs) / 1_000);
}
