import type { ConnectionTarget } from '../engines/target.ts';
import type { PoolClock } from '../pools/clock.ts';
import type { WatchedKind, Watcher } from './look.ts';
import type { SavedMarks } from './marks.ts';
import type { AlarmLimits, LimitedAlarm } from './thresholds.ts';

/** What is watched: a server, or the console of a PgBouncer. */
export interface WatchTarget {
  /** Unique among the targets. */
  readonly name: string;
  /** How the endpoint calls it where `name` says where it is; unique too. */
  readonly publicName?: string;
  /** A DSN, or what it means; a function is asked before each login, and so reads passwords as they are then. */
  readonly server: string | ConnectionTarget | (() => Promise<ConnectionTarget>);
  /** Found out where it is left out. */
  readonly kind?: WatchedKind;
  /** Of this target, where it differs from that of the others. */
  readonly intervalMs?: number;
  /** Those that differ from the usual ones; one without a limit is off. */
  readonly alarms?: Readonly<Partial<Record<LimitedAlarm, AlarmLimits>>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface WatchingOptions {
  /** From the start of a look to that of the next: 2000 ms. */
  readonly intervalMs?: number;
  /** The longest wait for a login, and for a look: 5000 ms. */
  readonly timeoutMs?: number;
  /** Those that differ from the usual ones; one without a limit is off. */
  readonly alarms?: Readonly<Partial<Record<LimitedAlarm, AlarmLimits>>>;
  /** So many looks in a row raise or clear an alarm: 3. */
  readonly samplesInARow?: number;
  /** Marks from before, by the names of the targets; taken up where the server is still the same. */
  readonly marks?: Readonly<Record<string, SavedMarks>>;
  /** Ends everything at once. */
  readonly signal?: AbortSignal;
  readonly clock?: PoolClock;
  /** How a target is logged in to; for tests. */
  readonly open?: OpenWatcher;
}

export interface OpenWatcherOptions {
  readonly timeoutMs: number;
  /** From one look to the next: no server works longer on one. */
  readonly intervalMs: number;
  /** Aborted when the watcher is given up: it cuts its connection. */
  readonly signal: AbortSignal;
  readonly kind?: WatchedKind;
  /** Ports of the same host by which it may let in while it is full. */
  readonly doorPorts?: readonly number[];
}

export type OpenWatcher = (target: ConnectionTarget, options: OpenWatcherOptions) => Promise<Watcher>;
