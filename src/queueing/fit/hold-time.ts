import { PoolctlError } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import type { MeasuredHistogram } from '../../stats/histogram-bucket.ts';
import { holdDistribution } from '../distribution.ts';
import type { HoldLaw } from '../hold-law.ts';
import { closedHistogram } from './measured-histogram.ts';

/** What is known of the time a connection is held, in ms. `holdMs` and `meanMs` both name the mean; give one. */
export interface HoldTimeInput {
  /** Mean time from checkout to release, where the latencies below are of something else (a query, a request). */
  readonly holdMs?: number;
  readonly meanMs?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  /** The whole distribution, where samples or a histogram were measured; wins over all of the above. */
  readonly measured?: Extract<HoldLaw, { kind: 'samples' }> | MeasuredHistogram;
}

/** Which of the given times the formula multiplies by TPS. */
export type HoldTimeBasis = 'measured' | 'hold' | 'mean' | 'p95';

/** Which number the formula multiplies by TPS: the hold or mean when known, else the p95. Undefined when there is none. */
export function holdTimeBasis(input: HoldTimeInput): { basis: HoldTimeBasis; ms: number } | undefined {
  if (input.measured) return { basis: 'measured', ms: holdDistribution(measuredLaw(input.measured)).meanMs };
  if (input.holdMs !== undefined) return { basis: 'hold', ms: input.holdMs };
  if (input.meanMs !== undefined) return { basis: 'mean', ms: input.meanMs };
  if (input.p95Ms !== undefined) return { basis: 'p95', ms: input.p95Ms };
  return undefined;
}

/** The measured times as a law. */
export function measuredLaw(measured: NonNullable<HoldTimeInput['measured']>): HoldLaw {
  return measured.kind === 'samples' ? measured : closedHistogram(measured);
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
