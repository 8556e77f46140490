import { type Format, formatDuration, formatRatio } from '../../base/units.ts';
import type { ProbeRun } from '../../probe/result.ts';

type FailureKind = keyof ProbeRun['failed'];

/** How busy the event loop was, in whole percent: more digits would be noise. */
export function busyText(utilization: number): string {
  return formatRatio(Math.round(utilization * 100) / 100);
}

/** A time, or that there is none: nothing was served that could have one. */
export function timeText(ms: number | undefined): string {
  return ms === undefined ? 'none' : formatDuration(ms);
}

/** A duration as a flag takes it: `3m`, `30s`. */
export function compactDuration(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${Math.ceil(ms / 1_000)}s`;
}

/** `+12 ms`, `−0.3 %`. */
export function signedText(value: number, format: Format): string {
  const text = format(Math.abs(value));
  return text === format(0) ? text : `${value < 0 ? '−' : '+'}${text}`;
}

/** Failures in words, for a reader who does not know the names of their kinds. */
const failureNames: Readonly<Record<FailureKind, string>> = {
  'acquire-timeout': 'gave up waiting for a connection',
  'queue-full': 'refused, queue full',
  'pooler-full': 'refused by the pooler, full',
  'pooler-wait': "gave up in the pooler's queue",
  'server-full': 'refused by the server, full',
  'connect-failed': 'could not connect',
  'connection-lost': 'connection lost',
  'statement-timeout': 'statement timeout',
  'lock-timeout': 'lock timeout',
  deadlock: 'deadlock',
  serialization: 'serialization failure',
  'read-only': 'refused, read-only',
  'login-refused': 'login refused',
  'session-changed': 'changed its session',
  'sql-error': 'SQL error',
};

export function failureName(kind: string): string {
  return failureNames[kind as FailureKind] ?? kind;
}

/** What was at its limit, for a heading and for a column. */
export const limitNames: Readonly<Record<string, string>> = {
  server: 'the server',
  client: 'poolctl itself',
  host: 'the shared machine',
  network: 'the network',
  locks: 'locks on the server',
  slots: "the server's free connections",
  pool: 'the pool',
  pooler: 'the pooler',
  none: 'nothing yet',
};
