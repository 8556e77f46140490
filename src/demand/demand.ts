import type { Warning } from '../base/warning.ts';
import type { MeasuredHistogram } from '../stats/histogram-bucket.ts';

/** What a pool was asked for in one stretch of time, by metrics. What the source does not tell is left out, never 0. */
export interface DemandStretch {
  /** ISO 8601, UTC; left out where no clock tells. */
  readonly from?: string;
  readonly to?: string;
  readonly seconds: number;
  /** Requests for a connection, of all instances: those that failed included. */
  readonly ratePerSecond: number;
  /** Those that had a connection and gave it back. */
  readonly servedPerSecond?: number;
  readonly timedOutPerSecond?: number;
  readonly refusedPerSecond?: number;
  /** Instances that ran at once, on average; left out where the source sees all of them together. */
  readonly instances?: number;
  /** The busiest first; its rate is that of the time in which it ran, where that was a fifth of the stretch or more. */
  readonly perInstance: readonly InstanceDemand[];
  /** From taking a connection to giving it back. */
  readonly meanHoldMs?: number;
  /** All hold times by bucket, as counted: within a bucket nothing is known. */
  readonly hold?: MeasuredHistogram;
  /** The bucket that has the p95, in ms: it lies between these. */
  readonly p95Ms?: { readonly low: number; readonly high: number };
  /** Connections in use on average, of all instances. */
  readonly inUse?: number;
  /** Little's law from the hold times, or read from the pool. */
  readonly inUseBy?: 'hold times' | 'gauge';
  /** Requests that wait, on average, of all instances. */
  readonly waiters?: number;
  /** The size of one pool, as it is set now. */
  readonly limit?: number;
}

export interface InstanceDemand {
  readonly instance: string;
  readonly ratePerSecond: number;
  readonly inUse?: number;
  readonly waiters?: number;
  readonly limit?: number;
}

/** The busiest hour of the history, by connections in use, or by rate where no hold times are known. */
export interface PeakDemand extends DemandStretch {
  /** How much history was looked at; left out where the answer does not tell. */
  readonly ofSeconds?: number;
  /** The busiest hours of the instances, each its own, together: what pools bear that cannot help each other. */
  readonly instancePeaks?: { readonly ratePerSecond: number; readonly inUse?: number };
}

/** What the pools of a service are asked for, by what is measured already. */
export interface MeasuredDemand extends DemandStretch {
  /** A profile of `profiles/metrics`, `requests` for a metric that the user named, or `cloudwatch`. */
  readonly source: string;
  /** Its title, for messages. */
  readonly title: string;
  readonly pool?: string;
  readonly peak?: PeakDemand;
  /** It is what one instance is asked for, and not all of them together. */
  readonly isOfInstance?: true;
  /** Where it is from and of when, in a few words: "hikaricp-micrometer, pool orders, peak hour 2026-11-24 14:00". */
  readonly what: string;
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
}

/** What the outside gives: everything else is in the source. */
export interface DemandOptions {
  /** Where relative paths begin. */
  readonly cwd: string;
  /** Where tokens and passwords are, by the names that the source has. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The wall clock, ms since 1970. */
  readonly nowMs: number;
  /** Ends the conversation with Prometheus early. */
  readonly signal?: AbortSignal;
  /** For one query; 30 s by default. */
  readonly timeoutMs?: number;
}
