import type { AcquireOutcome, WaitLimits } from '../facts.ts';

/** The document that the flight recorder writes. */
export const recordingSchemaName = 'poolctl.recording/1';

/** What a number in the column `outcome` means. `waiting` and `held` had not ended when the file was written. */
export const recordedOutcomes = [
  'waiting',
  'held',
  'returned',
  'destroyed',
  'timeout',
  'refused',
  'closed',
  'connect',
  'aborted',
  'other',
] as const satisfies readonly AcquireOutcome[];

/** Why a file was written: requests waited too long or failed, or the application asked for it. */
export const recordingReasons = ['saturated', 'asked'] as const;
export type RecordingReason = (typeof recordingReasons)[number];

/** Stands in a column for a time or a number that is not known, or not yet. */
export const unknownValue = -1;
/** Stands in the column `holder` for an acquire whose context held none. */
export const noHolder = -2;

/**
 * A recording as JSON: of each table a list a column, all as long as each other. Times are in microseconds from
 * `startedAt`. No statement, no value, no message of an error and no credential is in it.
 */
export interface RecordingDocument {
  readonly schema: typeof recordingSchemaName;
  readonly poolctl: string;
  readonly result: {
    /** ISO 8601; time 0 of all columns. */
    readonly startedAt: string;
    readonly durationUs: number;
    readonly reason: RecordingReason;
    readonly pool: { readonly name: string; readonly library: string } & WaitLimits;
    /** Acquires that had ended and were overwritten by later ones. */
    readonly overwritten: number;
    /** Places in the application, `src/db.ts:12 from src/orders.ts:148`, by the number in the column `site`. */
    readonly sites: readonly string[];
    /** A row an acquire, in the order of asking. */
    readonly acquires: AcquireColumns;
    /** A row a connection that was opened, or could not be. */
    readonly connects: ConnectColumns;
    /** A row about a second. */
    readonly samples: SampleColumns;
    /** A row a time in which the event loop stood still. */
    readonly stops: StopColumns;
  };
}

export interface AcquireColumns {
  readonly askedUs: readonly number[];
  /** In the queue, and while a connection was opened for it; -1 while it waits. */
  readonly queuedUs: readonly number[];
  readonly connectingUs: readonly number[];
  /** To the hand-over or the failure; to the end of the recording for one that waits. */
  readonly waitUs: readonly number[];
  /** From the hand-over to the return; -1 for one that is out, or got no connection. */
  readonly useUs: readonly number[];
  /** An index of `recordedOutcomes`. */
  readonly outcome: readonly number[];
  /** The row of the acquire that its own asynchronous context held; -2 for none, -1 where contexts are not followed. */
  readonly holder: readonly number[];
  /** An index of `sites`; -1 where no stack was taken. */
  readonly site: readonly number[];
}

export interface ConnectColumns {
  readonly startedUs: readonly number[];
  readonly tookUs: readonly number[];
  /** 1 for one that failed. */
  readonly failed: readonly number[];
}

export interface SampleColumns {
  readonly atUs: readonly number[];
  /** Sizes of one observation; -1 for what the library does not show, and the limit of a pool without one. */
  readonly used: readonly number[];
  readonly idle: readonly number[];
  readonly connecting: readonly number[];
  readonly pending: readonly number[];
  readonly limit: readonly number[];
  /** How late callbacks were since the sample before, on average over its time. */
  readonly lagUs: readonly number[];
}

export interface StopColumns {
  readonly startedUs: readonly number[];
  readonly tookUs: readonly number[];
}
