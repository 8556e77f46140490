import { PoolctlError } from './errors.ts';

/** Longest time accepted: what a timer can hold (2^31 - 1 ms, about 24.8 days; Node's setTimeout fires at once above it). */
export const maxDurationMs = 2 ** 31 - 1;
/** Highest rate, most connections, instances and the like: far above any server, and still exact in a double. */
export const maxRatePerSecond = 1e9;
export const maxCount = 1e6;

const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const secondsOf: Readonly<Record<string, number>> = { s: 1, sec: 1, m: 60, min: 60, h: 3_600, d: 86_400 };
const multiplier: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6 };
const unitBytes: Readonly<Record<string, number>> = {
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

/** Reads `300`, `300ms`, `0.3s`, `1m30s` as milliseconds; more than 0 and at most 2^31 - 1. `name` starts the error. */
export function parseDurationMs(text: string, name: string): number {
  const hint = 'Write a time as 300 (milliseconds), 300ms, 0.3s or 1m30s.';
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?|\.\d+)\s*(us|µs|min|ms|s|m|h|d)/gy)];
  let value = Number.NaN;
  if (/^(\d+(\.\d+)?|\.\d+)$/.test(text)) value = Number(text);
  else if (parts.length > 0 && parts.map(([part]) => part).join('') === text && isDescending(parts)) {
    value = tidy(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN), 0));
  }
  return inRange(value, { name, text, kind: 'a time', hint, above: 0, most: maxDurationMs, mostText: '24.8 days' });
}

function isDescending(parts: readonly RegExpMatchArray[]): boolean {
  const sizes = parts.map(([, , unit]) => unitMs[unit ?? ''] ?? 0);
  return sizes.every((size, index) => index === 0 || size < (sizes[index - 1] ?? 0));
}

/** Reads `200`, `200/s`, `12k/min`, `1.5k` as a rate per second; more than 0 and at most 10^9. */
export function parseRatePerSecond(text: string, name: string): number {
  const hint = 'Write a rate as 200 (a second), 200/s, 1.5k/s or 12k/min.';
  const match = /^(\d+(?:\.\d+)?|\.\d+)([kM]?)(?:\/(s|sec|m|min|h|d))?$/.exec(text);
  const value = match
    ? (Number(match[1]) * (multiplier[match[2] ?? ''] ?? Number.NaN)) / (secondsOf[match[3] ?? 's'] ?? Number.NaN)
    : Number.NaN;
  return inRange(value, {
    name,
    text,
    kind: 'a rate',
    hint,
    above: 0,
    most: maxRatePerSecond,
    mostText: '10^9 a second',
  });
}

/** Reads `0.5` or `50%` as 0.5; 0 to 10. A bare number above 1 is refused: is 50 meant as 50 %? */
export function parseRatio(text: string, name: string): number {
  const hint = 'Write a share as 50% or 0.5.';
  const match = /^(\d+(?:\.\d+)?|\.\d+)(\s?%)?$/.exec(text);
  const value = match ? tidy(Number(match[1]) / (match[2] ? 100 : 1)) : Number.NaN;
  if (match && !match[2] && value > 1) {
    throw new PoolctlError('VALUE_INVALID', `${name} "${text}" could mean ${text}% or ${text} times.`, {
      hint: `Write ${text}% if that is meant, or a ratio of at most 1.`,
    });
  }
  return inRange(value, { name, text, kind: 'a share', hint, least: 0, most: 10, mostText: '1000%' });
}

/** Reads a whole number from `least` (1 by default) to 10^6. */
export function parseCount(text: string, name: string, least = 1): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  const hint = `Write a whole number from ${least} to 1000000.`;
  return inRange(value, { name, text, kind: 'a whole number', hint, least, most: maxCount, mostText: '1000000' });
}

/** Reads how often something was counted: a whole number from 0 to 2^53 - 1, also as Prometheus writes it, `1.234567e+06`. */
export function parseTally(text: string, name: string): number {
  const value = /^\d+(?:\.\d+)?(?:e\+?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  const most = Number.MAX_SAFE_INTEGER;
  const hint = `Write a whole number from 0 to ${most}.`;
  const whole = Number.isInteger(value) || value > most ? value : Number.NaN;
  return inRange(whole, { name, text, kind: 'a whole number', hint, least: 0, most, mostText: `${most}` });
}

/** Reads `512KiB`, `2MiB`, `16GB` as bytes. */
export function parseBytes(text: string, name: string): number {
  const match = /^(\d+(?:\.\d+)?)\s?(KiB|MiB|GiB|KB|MB|GB)$/.exec(text);
  const value = match ? Number(match[1]) * (unitBytes[match[2] ?? ''] ?? Number.NaN) : Number.NaN;
  const hint = 'Write a size as 512KiB, 2MiB or 16GiB.';
  return inRange(value, { name, text, kind: 'a size', hint, above: 0, most: 2 ** 50, mostText: '1024 TiB' });
}

interface Range {
  readonly name: string;
  readonly text: string;
  readonly kind: string;
  readonly hint: string;
  readonly above?: number;
  readonly least?: number;
  readonly most: number;
  readonly mostText: string;
}

function inRange(value: number, { name, text, kind, hint, above, least, most, mostText }: Range): number {
  if (!Number.isFinite(value)) {
    throw new PoolctlError('VALUE_INVALID', `${name} "${text}" is not ${kind}.`, { hint });
  }
  if ((above !== undefined && value <= above) || (least !== undefined && value < least)) {
    const bound = above === undefined ? `at least ${least}` : `more than ${above}`;
    throw new PoolctlError('VALUE_INVALID', `${name} "${text}" must be ${bound}.`, { hint });
  }
  if (value > most) throw new PoolctlError('VALUE_INVALID', `${name} "${text}" is more than ${mostText}.`, { hint });
  return value;
}

/** Drops the noise of binary fractions (0.1 + 0.2, 50 x 0.2 x 1.5) before a value is shown or rounded up. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** `60`, `15.5`, `0.019`, `12,500`: three digits of what is below 100, whole numbers above. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  const rounded = size >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(3));
  if (rounded !== 0 && Math.abs(rounded) < 1e-4) return size < 1e-9 ? '0' : '<0.0001';
  const [whole = '', fraction] = String(rounded).split('.');
  const grouped = size >= 10_000 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  return (fraction === undefined ? grouped : `${grouped}.${fraction}`).replace('-', '−');
}

/** A bound, never shown higher than it is: 166.67 as `166`. */
export function formatAtMost(value: number): string {
  return formatNumber(value >= 10 ? Math.floor(tidy(value)) : Math.floor(tidy(value * 100)) / 100);
}

/** `300 ms`, `2.7 s`, `30 s`, `5 min`, `8 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${formatNumber(ms)} ms`;
  if (ms < 120_000) return `${formatNumber(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${formatNumber(ms / 60_000)} min`;
  return `${formatNumber(ms / 3_600_000)} h`;
}

/** `50 %`, `0.019 %`. */
export function formatRatio(ratio: number): string {
  return `${formatNumber(tidy(ratio * 100))} %`;
}

/** `450 KiB`, `135 MiB`, `1.32 GiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 2 ** 20) return `${formatNumber(bytes / 2 ** 10)} KiB`;
  if (bytes < 2 ** 30) return `${formatNumber(bytes / 2 ** 20)} MiB`;
  return `${formatNumber(bytes / 2 ** 30)} GiB`;
}

/** `1 instance`, `3 instances`. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatNumber(count)} ${count === 1 ? noun : plural}`;
}

export type Format = (value: number) => string;

export const perSecond: Format = (value) => `${formatNumber(value)}/s`;

/** Milliseconds where no part of one can be written; what is more than 0 stays so, because 0 has a meaning of its own. */
export function wholeMs(ms: number): number {
  return ms > 0 ? Math.max(1, Math.round(ms)) : 0;
}
