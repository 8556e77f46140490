import type { ServerClock, ShardPart } from './model.ts';

/** The common start. */
export interface CommonStart {
  /** On the clock of `now` that was given. */
  readonly startMs: number;
  /** The same by the server's clock, ms since 1970. */
  readonly serverMs: number;
  readonly clock: ServerClock;
}

export interface MeetingPlan extends ShardPart {
  /** The plan's id. */
  readonly plan: string;
  readonly waitMs: number;
  readonly leadMs: number;
}

/** Where the shards of a plan find each other without a coordinator: the server that they load. */
export interface ShardMeeting {
  /** Is seen by the others from now on. @throws PoolctlError SHARD_TAKEN where another process is this shard */
  arrive(): Promise<void>;
  /**
   * Waits until every shard is there; all are given the same moment. @throws PoolctlError SHARDS_MISSING after `waitMs`,
   * or where one went again before that moment
   */
  start(now: () => number, signal: AbortSignal): Promise<CommonStart>;
  /** The shards of the plan that are there now, this one among them. */
  present(): Promise<readonly number[]>;
  /** Is not seen any more: the others take it for stopped, or for done. Never throws. */
  leave(): Promise<void>;
}
