import type { DeclaredEntry } from '../entry.ts';

/** Names of keys that hold a time. */
const times = /(?:^|\.)[\w-]*(?:timeout|interval|lifetime)$/i;

const seconds: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, h: 3_600, d: 86_400 };

/**
 * A time of Quarkus in seconds: a plain number is seconds, `500ms` and what `PT` makes ISO 8601 of, `2M`, `1M30S`, `0.5S`,
 * are read too (DurationConverter.java). Anything else stays as it is.
 */
export function quarkusDuration(key: string, value: DeclaredEntry['value']): DeclaredEntry['value'] {
  if (typeof value !== 'string' || !times.test(key)) return value;
  const text = value.trim().replace(/^P(?:T(?=\d))?/i, '');
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/i.test(text)) return value;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/gi)];
  const sum = parts.reduce(
    (total, [, amount, unit = '']) => total + Number(amount) * (seconds[unit.toLowerCase()] ?? 0),
    0,
  );
  return String(Math.round(sum * 1e6) / 1e6);
}
