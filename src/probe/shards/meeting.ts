/** The server's clock beside ours, by Cristian's method (1989): best of several round trips. */
export interface ServerClock {
  /** Added to our wall clock it gives the server's; ms. */
  readonly offsetMs: number;
  /** Of the quickest round trip: the offset is right within half of it. */
  readonly rttMs: number;
}

/** The common start. */
export interface CommonStart {
  /** On the clock of `now` that was given. */
  readonly startMs: number;
  /** The same by the server's clock, ms since 1970. */
  readonly serverMs: number;
  readonly clock: ServerClock;
}

export interface MeetingTimes {
  /** The longest wait for the other shards. */
  readonly waitMs: number;
  /** From the moment at which the last one came to the common start; on MySQL and MariaDB up to a second more. */
  readonly leadMs: number;
}

/** Where the shards of a plan find each other without a coordinator: the server that they load. */
export interface ShardMeeting {
  /** Is seen by the others from now on. @throws PoolctlError SHARD_TAKEN where another process is this shard */
  arrive(): Promise<void>;
  /**
   * Waits until every shard is there, and returns at once then, before the moment that all are given.
   * @throws PoolctlError SHARDS_MISSING after `waitMs`, or where this shard learnt of the moment when it was over
   */
  start(now: () => number, signal: AbortSignal): Promise<CommonStart>;
  /** Looks once more, for the last moment before any load. @throws PoolctlError SHARDS_MISSING where one went again */
  confirm(): Promise<void>;
  /** The shards of the plan that are there now, from 0, in order; this one among them between `arrive` and `leave`. */
  present(): Promise<readonly number[]>;
  /** Is not seen any more: the others take it for stopped, or for done. Never throws. */
  leave(): Promise<void>;
}
