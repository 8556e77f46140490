import { formatNumber, formatRatio } from '../../base/units.ts';
import type { ProbeResult, ProbeRun } from '../../probe/result.ts';
import type { Estimate } from '../../stats/estimate.ts';

type FailureKind = keyof ProbeRun['failed'];

export type Format = (value: number) => string;

export const perSecond: Format = (value) => `${formatNumber(value)}/s`;

/**
 * `420/s ± 12/s`; both bounds where one lies much nearer, as at 0; the value alone where one run is all there is, or the
 * interval is narrower than can be read.
 */
export function intervalText({ value, low, high }: Estimate, format: Format): string {
  const [below, above] = [value - low, high - value];
  const half = Math.max(below, above);
  if (!Number.isFinite(half) || half <= Math.abs(value) * 0.005) return format(value);
  if (Math.min(below, above) < 0.8 * half) return `${format(value)} (${format(low)} to ${format(high)})`;
  return `${format(value)} ± ${format(half)}`;
}

/** Of the event loop; more digits would only be noise. */
export function busyText(utilization: number): string {
  return formatRatio(Math.round(utilization * 100) / 100);
}

/** What a run lost: requests that failed or never went out. */
export function lostOf({ failed, unsent }: Pick<ProbeRun, 'failed' | 'unsent'>): number {
  return failuresOf(failed) + unsent;
}

export function failuresOf(failed: ProbeRun['failed']): number {
  return Object.values(failed).reduce((sum, count) => sum + count, 0);
}

/** In words that a reader who did not write poolctl understands. */
const failureNames: Readonly<Record<FailureKind, string>> = {
  'acquire-timeout': 'gave up waiting for a connection',
  'queue-full': 'refused, queue full',
  'server-full': 'refused by the server, full',
  'connect-failed': 'could not connect',
  'connection-lost': 'connection lost',
  'statement-timeout': 'statement timeout',
  'lock-timeout': 'lock timeout',
  deadlock: 'deadlock',
  serialization: 'serialization failure',
  'read-only': 'refused, read-only',
  'login-refused': 'login refused',
  'sql-error': 'SQL error',
};

export function failureName(kind: string): string {
  return failureNames[kind as FailureKind] ?? kind;
}

/** Who was at its limit, for a heading and for a column. */
export const limitNames: Readonly<Record<string, string>> = {
  server: 'the server',
  client: 'poolctl itself',
  host: 'the shared machine',
  network: 'the network',
  locks: 'locks on the server',
  slots: "the server's free connections",
  pool: 'the pool',
  none: 'nothing yet',
};

/** Which run of a result stands for it: trustworthy and open-loop, at the size that is recommended or next to it. */
export function mainRun({ runs, recommendation }: ProbeResult): ProbeRun | undefined {
  const size = recommendation?.connectionLimit;
  const rank = (run: ProbeRun) =>
    (run.loop === 'open' ? 0 : 1e12) +
    (run.trustworthy && !run.overCapacity ? 0 : 1e9) +
    (size === undefined ? 0 : Math.abs(run.pool.connectionLimit - size));
  return runs.reduce<ProbeRun | undefined>((best, run) => (best && rank(best) <= rank(run) ? best : run), undefined);
}
