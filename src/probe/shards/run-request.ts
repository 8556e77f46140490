import type { ProbeRequest } from '../request.ts';
import type { ShardPart, ShardPlan, ShardResult } from './model.ts';

/** One process's part of a probe. */
export interface ShardRequest
  extends Pick<
    ProbeRequest,
    'target' | 'timeoutMs' | 'consent' | 'interrupted' | 'crashed' | 'onEvent' | 'now' | 'startedAt'
  > {
  readonly plan: ShardPlan;
  readonly part: ShardPart;
  /** Keeps what is known: before anything is done on the server, after each step, and at the end. */
  readonly keep: (result: ShardResult) => Promise<void>;
}
