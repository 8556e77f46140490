import { PoolctlError } from '../errors.ts';
import { formatDuration } from '../units.ts';

/** What is known of the time a connection is held, in ms. `holdMs` and `meanMs` both name the mean; give one. */
export interface HoldTimeInput {
  /** Mean time from checkout to release, where the latencies below are of something else (a query, a request). */
  readonly holdMs?: number;
  readonly meanMs?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
}

export type HoldTimeBasis = 'hold' | 'mean' | 'p95';

/** The mean hold time that the measured latencies stand for. */
export interface MeanHoldTime {
  readonly meanMs: number;
  /** Bounds of the mean where only a p95 is known; equal to meanMs otherwise. */
  readonly lowMs: number;
  readonly highMs: number;
  readonly method: 'given' | 'lognormal' | 'p95-only';
}

const z95 = 1.644854;
const z99 = 2.326348;
/** p95 / mean of a lognormal is at most exp(z95^2 / 2), at cv 3.74; at cv 1 it is 2.78. See design notes on Little's law and p95. */
const largestP95ToMean = Math.exp(z95 ** 2 / 2);
const sigmaAtCv1 = Math.sqrt(Math.LN2);
const p95ToMeanAtCv1 = Math.exp(z95 * sigmaAtCv1 - sigmaAtCv1 ** 2 / 2);

/** Which number the formula multiplies by TPS: the hold or mean when known, else the p95. Undefined when there is none. */
export function holdTimeBasis(input: HoldTimeInput): { basis: HoldTimeBasis; ms: number } | undefined {
  if (input.holdMs !== undefined) return { basis: 'hold', ms: input.holdMs };
  if (input.meanMs !== undefined) return { basis: 'mean', ms: input.meanMs };
  if (input.p95Ms !== undefined) return { basis: 'p95', ms: input.p95Ms };
  return undefined;
}

/**
 * The mean that the latencies stand for: as given; from p50 with p95 and p99 by the lognormal through them (least squares
 * of ln(p/p50) on the normal quantile, mean = p50 exp(sigma^2 / 2)); from a p95 alone an interval, centred on cv 1.
 */
export function meanHoldTime(input: HoldTimeInput): MeanHoldTime | undefined {
  const given = input.holdMs ?? input.meanMs;
  if (given !== undefined) return { meanMs: given, lowMs: given, highMs: given, method: 'given' };
  const { p50Ms, p95Ms, p99Ms } = input;
  if (p95Ms === undefined) return undefined;
  if (p50Ms === undefined) {
    return {
      meanMs: p95Ms / p95ToMeanAtCv1,
      lowMs: p95Ms / largestP95ToMean,
      highMs: p95Ms,
      method: 'p95-only',
    };
  }
  const points: [z: number, y: number][] = [[z95, Math.log(p95Ms / p50Ms)]];
  if (p99Ms !== undefined) points.push([z99, Math.log(p99Ms / p50Ms)]);
  const sum = (term: (z: number, y: number) => number) => points.reduce((total, [z, y]) => total + term(z, y), 0);
  const sigma = sum((z, y) => z * y) / sum((z) => z * z);
  const meanMs = p50Ms * Math.exp(sigma ** 2 / 2);
  return { meanMs, lowMs: meanMs, highMs: meanMs, method: 'lognormal' };
}

/** Refuses latencies that no distribution can have (INPUT_CONTRADICTION). */
export function checkHoldTime(input: HoldTimeInput): void {
  const { holdMs, meanMs, p50Ms, p95Ms, p99Ms } = input;
  const contradiction = (message: string, hint: string) => {
    throw new PoolctlError('INPUT_CONTRADICTION', message, { hint });
  };
  if (holdMs !== undefined && meanMs !== undefined) {
    contradiction(
      'Both a hold time and a mean are given; each says how long a connection is held.',
      'Give one of them.',
    );
  }
  const ordered = [
    ['p50', p50Ms],
    ['p95', p95Ms],
    ['p99', p99Ms],
  ].filter((entry): entry is [string, number] => entry[1] !== undefined);
  for (const [index, [name, ms]] of ordered.entries()) {
    const [nextName, nextMs] = ordered[index + 1] ?? [name, ms];
    if (ms > nextMs) {
      contradiction(
        `${name} ${formatDuration(ms)} is above ${nextName} ${formatDuration(nextMs)}.`,
        'Percentiles of one measurement rise; are two of them swapped, or from different measurements?',
      );
    }
  }
  const least = smallestMean(p50Ms ?? 0, p95Ms ?? 0, p99Ms ?? 0);
  if (meanMs !== undefined && meanMs < least * (1 - 1e-9)) {
    contradiction(
      `A mean of ${formatDuration(meanMs)} is impossible with these percentiles: it is at least ${formatDuration(least)}.`,
      'Are they from the same measurement, and in the same unit?',
    );
  }
}

/** Markov's inequality over the known percentiles: 45 % of the mass lies at or above p50, 4 % above p95, 1 % above p99. */
function smallestMean(p50Ms: number, p95Ms: number, p99Ms: number): number {
  const at95 = Math.max(p95Ms, p50Ms);
  const at99 = Math.max(p99Ms, at95);
  return 0.45 * p50Ms + 0.04 * at95 + 0.01 * at99;
}
