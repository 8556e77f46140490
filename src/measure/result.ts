import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import type { Estimate } from '../stats/estimate.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';

/** A figure with its 95 % interval and where it came from. */
export interface Figure extends Estimate {
  readonly source: string;
}

/** Connections in use, by one of the ways to measure them. */
export interface HeldFigure extends Figure {
  /** By samples of the sessions, not by counters. */
  readonly isSampled: boolean;
}

/** The load of a server over a window, as pools see it: how often a connection is wanted, and how long it is held. */
export interface Measurement {
  readonly engine: EngineId;
  /** What was measured: one database, or the whole server. */
  readonly scope: string;
  readonly windowSeconds: number;
  readonly readings: number;
  readonly samples: number;
  /** What counts as one request: a transaction, a statement (where the clients use no transactions), or something between. */
  readonly unit: 'transaction' | 'statement' | 'between';
  readonly ratePerSecond: Figure;
  /** The busiest stretch between two readings. */
  readonly peakPerSecond: number;
  /** Connections held at once, on average: in a statement or a transaction. */
  readonly heldConnections: HeldFigure;
  /** The same by independent means; where they disagree, one of them does not see all. */
  readonly heldBy: readonly HeldFigure[];
  readonly agrees: boolean;
  readonly holdTime: {
    readonly meanMs: Estimate;
    readonly p50Ms?: Estimate;
    readonly p95Ms?: Estimate;
    readonly p99Ms?: Estimate;
    /** Where the percentiles came from; absent with them. */
    readonly source?: string;
  };
  /** Hold times, where the histogram of the server is one of hold times. */
  readonly histogram?: readonly HistogramBucket[];
  readonly statements?: {
    readonly perSecond: number;
    readonly meanMs?: number;
    readonly p50Ms?: Estimate;
    readonly p95Ms?: Estimate;
    readonly p99Ms?: Estimate;
  };
  /** Sessions of clients, on average. */
  readonly connectedSessions: number;
  /** Transactions a second of each database or user, busiest first. */
  readonly byName: readonly { readonly name: string; readonly ratePerSecond: number }[];
  readonly notes: readonly string[];
}

export function notMeasured(message: string): PoolctlError {
  return new PoolctlError('NOT_MEASURED', message, {
    hint: 'Measure while the application has its usual load, with the DSN of its own database; a longer --window sees more.',
  });
}
