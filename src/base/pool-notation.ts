import { PoolctlError } from './errors.ts';
import { parseCount, parseDurationMs, tidy } from './units.ts';

/** The three settings of a pool that bound it. Left out means without a limit. */
export interface PoolLimits {
  /** Connections at most. */
  readonly connectionLimit: number;
  /** Requests that may wait at once; 0 where none may. */
  readonly queueLimit?: number;
  readonly acquireTimeoutMs?: number;
}

/** `50`; `0`, `∞` or `unlimited` for no limit, as in mysql2; `none` for a pool where no request may wait. */
export function parseQueueLimit(text: string, source: string): number | undefined {
  if (text === '0' || text === '∞' || text === 'unlimited') return undefined;
  return text === 'none' ? 0 : parseCount(text, source);
}

/** `30s`; `0`, `∞` or `none` for no limit. */
export function parseAcquireTimeoutMs(text: string, source: string): number | undefined {
  return text === '0' || text === '∞' || text === 'none' ? undefined : parseDurationMs(text, source);
}

/** `90/50/30s`: connectionLimit, queueLimit and acquireTimeout; the later ones may be left out. @throws VALUE_INVALID */
export function parsePool(text: string, source: string): PoolLimits {
  const [connections = '', queue = '0', timeout = '0', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d+$/.test(connections)) {
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not a pool.`, {
      hint: 'Write connectionLimit/queueLimit/acquireTimeout, as in 90/50/30s.',
    });
  }
  const queueLimit = parseQueueLimit(queue, source);
  const acquireTimeoutMs = parseAcquireTimeoutMs(timeout, source);
  return {
    connectionLimit: parseCount(connections, source),
    ...(queueLimit === undefined ? {} : { queueLimit }),
    ...(acquireTimeoutMs === undefined ? {} : { acquireTimeoutMs }),
  };
}

/** `90/50/30 s`, `10/∞/∞`: what `parsePool` reads back as the same pool. */
export function poolText({ connectionLimit, queueLimit, acquireTimeoutMs }: PoolLimits): string {
  const queue = queueLimit === undefined ? '∞' : queueLimit || 'none';
  return `${connectionLimit}/${queue}/${acquireTimeoutMs === undefined ? '∞' : exactDuration(acquireTimeoutMs)}`;
}

const units = [
  { unit: 'h', unitMs: 3_600_000, fromMs: 7_200_000 },
  { unit: 'min', unitMs: 60_000, fromMs: 120_000 },
  { unit: 's', unitMs: 1_000, fromMs: 1_000 },
] as const;

/** In the largest unit that loses nothing with three digits; else in milliseconds. */
function exactDuration(ms: number): string {
  for (const { unit, unitMs, fromMs } of units) {
    const amount = Number((ms / unitMs).toPrecision(3));
    if (ms >= fromMs && tidy(amount * unitMs) === ms) return `${amount} ${unit}`;
  }
  return `${ms} ms`;
}
