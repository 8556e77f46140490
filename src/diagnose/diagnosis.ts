import type { WaitingStretch } from './stretch.ts';

/** Why requests wait for a connection. */
export const causes = [
  'leak',
  'too-small',
  'slow-database',
  'nested-acquire',
  'burst',
  'event-loop',
  'slow-connects',
] as const;
export type Cause = (typeof causes)[number];

/** How much of the time of all connections went where while requests waited; shares of limit x time. */
export type TimeShares = Readonly<
  Record<'working' | 'leaked' | 'nested' | 'stopped' | 'connecting' | 'slower' | 'excess', number>
>;

/** What a recording shows. */
export interface Diagnosis {
  /** `waits` where nobody waited worth speaking of. */
  readonly answer: 'cause' | 'not clear' | 'no waits';
  /** Only of the answer `cause`. */
  readonly cause?: Cause;
  /** What it may be, the likeliest first; only of the answer `not clear`, and none where nothing fits. */
  readonly candidates?: readonly Cause[];
  /** Why, in numbers: a sentence each. */
  readonly evidence: readonly string[];
  /** What to do, a sentence each. */
  readonly advice: readonly string[];
  readonly waits: WaitFigures;
  readonly stretch?: WaitingStretch;
  readonly load?: LoadFigures;
  readonly shares?: TimeShares;
  /** The places in the code that held connections longest while requests waited; those of the cause where it has its own. */
  readonly sites: readonly SiteFigures[];
}

/** Of all acquires that were recorded. */
export interface WaitFigures {
  readonly asked: number;
  readonly failed: number;
  /** Without a connection when the recording ended. */
  readonly stillWaiting: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

export interface LoadFigures {
  readonly limit: number;
  readonly ratePerSecond: number;
  readonly usualHoldMs: number;
  /** Where the usual holds are from: of `throughout`, they cannot be compared with earlier ones. */
  readonly seen: 'before' | 'after' | 'throughout';
  /** Connections that the usual rate and the usual holds keep busy. */
  readonly usualLoad: number;
  /** Requests a second while more and more waited. */
  readonly peakRatePerSecond: number;
  /** Connection time for each connection that came back meanwhile; left out where none did. */
  readonly holdThenMs?: number;
}

export interface SiteFigures {
  readonly site: string;
  /** Connections that it held, or asked for. */
  readonly count: number;
  readonly role: 'held' | 'leaked' | 'held one and waited' | 'waited';
}
