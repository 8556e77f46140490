import type { PoolSettings } from '../../size/input.ts';
import type { EmitInput, OptionsSet } from '../target.ts';
import { boundsQueue } from './limits.ts';

/** It cannot wait without a limit; the longest time of other pools is 24.8 days, in seconds. */
const longestWaitSeconds = 2_147_483;
/** What min_size is by default; more than max_size is an error. */
const defaultMinSize = 4;

/**
 * Size and limits of a pool of psycopg_pool, a line each, as `write` makes one of a name and a value. Where the queue is
 * limited all connections are opened from the start: who waits for one that is being opened counts in max_waiting
 * (psycopg_pool 3.3.2, pool.py:248-298), so a pool that grows would refuse requests that it has room for.
 */
export function psycopgLimits(settings: PoolSettings, write: (name: string, value: number) => string): string {
  const { connectionLimit, queueLimit, nobodyWaits, acquireTimeoutMs } = settings;
  const why = boundsQueue(settings) ? '  # all of them: waiting for a new one counts as waiting' : '';
  const lines = [
    ...Object.entries(setsOnPsycopg({ settings })).map(([name, value]) => `${write(name, value)}${why}`),
    write('max_size', connectionLimit),
    ...(queueLimit > 0 ? [`${write('max_waiting', queueLimit)}  # one more is refused`] : []),
    wait(acquireTimeoutMs, nobodyWaits, write),
  ];
  return lines.join('\n');
}

/** The minimum, where it has to be the limit. */
export function setsOnPsycopg({ settings }: Pick<EmitInput, 'settings'>): OptionsSet {
  const { connectionLimit } = settings;
  return boundsQueue(settings) || connectionLimit < defaultMinSize ? { min_size: connectionLimit } : {};
}

function wait(ms: number, nobodyWaits: true | undefined, write: (name: string, value: number) => string): string {
  if (nobodyWaits) return `${write('timeout', 0.001)}  # seconds: nobody waits; 0 would refuse every request`;
  return ms === 0
    ? `${write('timeout', longestWaitSeconds)}  # seconds: 24.8 days, because it cannot wait without a limit`
    : `${write('timeout', ms / 1_000)}  # seconds, longest wait for a connection`;
}
