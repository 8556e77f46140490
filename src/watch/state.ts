import type { SessionGroup } from '../engines/facts.ts';
import type { TargetLook, WatchedKind } from './look.ts';

/** All that is known of the targets now; a new object whenever something changed, never one that changes. */
export interface WatchState {
  /** Wall clock of this machine. */
  readonly atMs: number;
  readonly intervalMs: number;
  readonly targets: readonly TargetState[];
}

/**
 * `connecting`: never reached yet. `up`: the last look was answered. `saturated`: full, it lets nobody in.
 * `unreachable`: no answer. `refused`: it answers and does not let this user in.
 */
export type TargetPhase = 'connecting' | 'up' | 'saturated' | 'unreachable' | 'refused';

export interface TargetState {
  readonly name: string;
  /** How the endpoint calls it where `name` says where it is. */
  readonly publicName?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its own interval, where it differs from that of all. */
  readonly intervalMs?: number;
  readonly phase: TargetPhase;
  readonly kind?: WatchedKind;
  /** The last look, and when it came by the monotonic clock of this process and by its wall clock. */
  readonly look?: TargetLook;
  readonly lookedAtMs?: number;
  readonly lookedAtWallMs?: number;
  /** Three or more intervals without an answer: `look` is history, and no figure of now. */
  readonly isStale: boolean;
  /** What ended the last poll; its text has no secret. */
  readonly failure?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly door?: string;
  readonly marks: Marks;
  readonly growth?: Growth;
  /** What changed about the server itself, the latest last. */
  readonly notices?: readonly WatchNotice[];
  readonly rates?: WatchRates;
  readonly alarms: readonly RaisedAlarm[];
  readonly polls: Polls;
  /** Taken connections of the last looks, the oldest first, for a picture. */
  readonly history: readonly { readonly atMs: number; readonly taken: number; readonly usable: number }[];
}

/** The server was restarted, is another one, became a replica or is one no longer. */
export interface WatchNotice {
  readonly code: 'restarted' | 'another' | 'replica' | 'promoted';
  /** Wall clock. */
  readonly atMs: number;
  readonly text: string;
}

/** The most connections that the looks saw. */
export interface Marks {
  readonly highWater?: HighWater;
  /** Of the server before it was restarted. */
  readonly beforeRestart?: HighWater;
}

export interface HighWater {
  readonly connections: number;
  /** Wall clock. */
  readonly atMs: number;
  /** The largest groups that held them. */
  readonly by: readonly SessionGroup[];
}

/** How fast the taken connections grow. */
export interface Growth {
  readonly perMinute: number;
  /** Over so many seconds of looks. */
  readonly seconds: number;
  /** When the usable ones are all taken at this rate; left out where they do not grow surely. */
  readonly fullInSeconds?: number;
}

/** What was counted between looks, from the totals of the look: of one run of the server, and left out where it has no such total. */
export interface WatchRates {
  /** Over so many seconds; that of transactions over at least 60 s, because PostgreSQL's counter lags by up to 10 s. */
  readonly seconds: number;
  readonly openedPerSecond?: number;
  readonly transactionsPerSecond?: number;
  /** Connections refused in these seconds because the server was full. */
  readonly refused?: number;
}

export const alarmNames = ['saturation', 'waiters', 'max-wait', 'idle-tx', 'tx-age', 'unreachable'] as const;
export type WatchAlarmName = (typeof alarmNames)[number];
export const alarmSeverities = ['warn', 'crit'] as const;
export type AlarmSeverity = (typeof alarmSeverities)[number];

export interface RaisedAlarm {
  readonly alarm: WatchAlarmName;
  readonly severity: AlarmSeverity;
  /** What raised it, and the limit, in the alarm's own unit: a share, requests, seconds. */
  readonly value: number;
  readonly limit: number;
  /** Wall clock. */
  readonly sinceMs: number;
  /** In words, for people: `22 of 27 usable connections are taken (81 %)`. */
  readonly text: string;
}

export interface Polls {
  readonly done: number;
  /** Polls that were due while one was still under way. */
  readonly skipped: number;
  /** Intervals in which it was too early for another try to log in. */
  readonly waited?: number;
  /** By code of the error. */
  readonly errors: Readonly<Record<string, number>>;
  readonly lastMs?: number;
}
