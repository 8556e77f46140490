import type { LoadFailureKind } from '../../drivers/driver.ts';
import type { HdrData } from '../../stats/hdr/hdr-histogram.ts';
import type { StepHistograms, StepRun } from './model.ts';

export type HistogramsOf<T> = { readonly [Name in keyof StepHistograms]: T };

/** What a thread counted, as plain data for messages; times of histograms in microseconds. */
export type ShardCounts = Pick<
  StepRun,
  | 'measuredMs'
  | 'requests'
  | 'completed'
  | 'failed'
  | 'failureLabels'
  | 'unsent'
  | 'unfinished'
  | 'stillWaiting'
  | 'batchMs'
  | 'batches'
  | 'window'
> & { readonly histogramsUs: HistogramsOf<HdrData> };

/** How many are under way, and how many of those that count in an open loop have a connection. */
export interface UnderWay {
  readonly inFlight: number;
  readonly running: number;
}

export interface ShardSecond {
  readonly completed: number;
  readonly failed: number;
  readonly timesUs: HdrData;
  /** At the end of the second. */
  readonly waiting: number;
  /** The most that waited at once within the second. */
  readonly longestQueue: number;
  readonly connections: number;
}

export interface ShardUse {
  readonly eventLoopUtilization: number;
  /** The whole process's, in every thread. */
  readonly cpuPerSecond: number;
  readonly loopDelayP99Ms: number;
  readonly gcMs: number;
}

/**
 * A second of the window, by when requests were due (open loop) or ended (closed loop); times in microseconds. What a closed
 * loop had not done at the end is in none of them.
 */
export interface ShardSlice {
  readonly requests: number;
  readonly completed: number;
  readonly failed: ShardCounts['failed'];
  readonly failureLabels: ShardCounts['failureLabels'];
  readonly unsent: number;
  readonly histogramsUs: HistogramsOf<HdrData>;
}

export interface ShardRun extends ShardCounts {
  /** Whole seconds of the window, so that it can be cut to what several processes have in common; only where asked for. */
  readonly slices?: readonly ShardSlice[];
  readonly seconds: readonly ShardSecond[];
  readonly use: ShardUse;
  readonly overCapacity: boolean;
  readonly cutShort: boolean;
}

/** A tick of one thread, before the ticks of all are one. */
export interface ShardTick {
  readonly elapsedMs: number;
  readonly completed: number;
  readonly failed: number;
  readonly failedBy: Readonly<Partial<Record<LoadFailureKind, number>>>;
  readonly ratePerSecond: number;
  readonly timesUs: HdrData;
  readonly waiting: number;
  readonly processIds: readonly number[];
}
