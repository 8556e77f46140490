import type { EngineId } from '../base/engine.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';

/** One look at a server's counters, without what poolctl itself added to them. */
export interface Reading {
  /** By the server's clock. */
  readonly atMs: number;
  /** Identifies the server: another value means another server, or one that was restarted. */
  readonly server: string;
  /** Transactions that have ended, and the time spent in them, idle or not. */
  readonly transactions?: number;
  readonly transactionMs?: number;
  /** Statements that read or write data, and the time they took. */
  readonly statements?: number;
  readonly statementMs?: number;
  /** Sum of the squares of their times. */
  readonly statementSquaresMs2?: number;
  /** COMMITs and ROLLBACKs that clients sent. Undefined where transactions are counted without them. */
  readonly explicitEnds?: number;
  /** Times of all statements: also of those that are no data statements, and of poolctl's own. */
  readonly histogram?: readonly HistogramBucket[];
  /** poolctl's own part in the histogram. */
  readonly ownStatements?: { readonly count: number; readonly ms: number };
  /** Sessions of clients, without poolctl's own. */
  readonly connected: number;
  /** Transactions by database or user, where they can be told apart. */
  readonly byName?: Readonly<Record<string, number>>;
}

/** One look at the busy sessions. */
export interface Sample {
  /** Sessions within a statement or a transaction: each holds a connection of a pool. */
  readonly held: number;
  /** Sessions seen, busy or not, and how many showed no details. */
  readonly visible: number;
  readonly hidden: number;
  /** Sessions that look idle and may wait all the same, because the server lets more requests wait than it lists. */
  readonly perhapsHeld?: number;
  /** For how long each of the held ones has been. */
  readonly agesMs: readonly number[];
  /** How long the question and its answer took. */
  readonly tookMs?: number;
  /** How long the server worked on it, by its own clock. */
  readonly serverMs?: number;
  /** Whether the list of open transactions lacked one that poolctl had opened; left out where that was not looked at. */
  readonly isFrozen?: boolean;
}

/** What a kind of server can measure, and its known errors. */
export interface MeterFacts {
  readonly engine: EngineId;
  /** What was measured: `database "app"`, `the whole server`. */
  readonly scope: string;
  readonly sources: {
    readonly transactions: string;
    readonly statements: string;
    readonly samples: string;
    readonly histogram: string;
  };
  /** The counters may lag behind by this much. */
  readonly lagMs: number;
  /** Samples that follow each other faster show nothing new, or cost too much. */
  readonly shortestPauseMs: number;
  /** Whether samples show sessions that are idle in a transaction. */
  readonly seesIdleTransactions: boolean;
  /** Samples show a transaction from its first statement on: BEGIN, its answer and the way of that statement are not seen. */
  readonly missesBegin: boolean;
  /** The privilege that shows all sessions to this user. */
  readonly seesSessionsBy: string;
  /** A pooler answers: the session's process is not the one that the login announced. */
  readonly throughPooler: boolean;
  readonly notes: readonly string[];
  /** What would be measured better with a privilege or a setting. */
  readonly lacks: readonly { readonly what: string; readonly remedy: string }[];
}

/** Reads one server again and again. */
export interface Meter {
  readonly facts: MeterFacts;
  reading(): Promise<Reading>;
  sample(): Promise<Sample>;
}
