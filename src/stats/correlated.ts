import { type Estimate, mean, sumOf } from './estimate.ts';
import { tQuantile } from './student-t.ts';

/**
 * How many independent values so many values in order are worth: n over 1 + 2 x the sum of their autocorrelations, summed
 * while pairs of neighbouring lags add to more than 0; from 1 to n. The initial positive sequence; C. J. Geyer, Practical
 * Markov Chain Monte Carlo, Statistical Science 7 (1992), section 3.3.
 */
export function effectiveSize(values: readonly number[]): number {
  const count = values.length;
  const centre = mean(values);
  const centred = values.map((value) => value - centre);
  const covariance = (lag: number) => {
    let sum = 0;
    for (let at = lag; at < count; at += 1) sum += (centred[at] ?? 0) * (centred[at - lag] ?? 0);
    return sum / count;
  };
  const variance = covariance(0);
  if (count < 3 || !(variance > 0)) return count;
  let time = -1;
  for (let lag = 0; lag + 1 < count; lag += 2) {
    const pair = (covariance(lag) + covariance(lag + 1)) / variance;
    if (pair <= 0) break;
    time += 2 * pair;
  }
  return Math.min(count, Math.max(1, count / Math.max(time, 1e-9)));
}

/** Values in order, and after which cycle each is alike with others: the hour of the day. */
export interface CyclicValues {
  readonly values: readonly number[];
  /** Equal for values that are expected to be alike; one for all where there is no cycle. */
  readonly phases?: readonly (number | string)[];
}

/**
 * The mean with its 95 % interval. A cycle is no chance: what varies is the distance of each value from the mean of those
 * alike, and neighbours in time stray together, so that they count as `effectiveSize` values. May be below 0: of differences.
 */
export function correlatedMean({ values, phases }: CyclicValues): Estimate | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const value = mean(values);
  const { residuals, freedom } = withoutCycle(values, phases);
  if (freedom < 1) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const size = effectiveSize(residuals) * (freedom / count);
  const variance = sumOf(residuals.map((residual) => residual ** 2)) / freedom;
  if (!(variance > 0)) return { value, low: value, high: value };
  if (size < 2) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const half = tQuantile(0.975, size - 1) * Math.sqrt(variance / size);
  return { value, low: value - half, high: value + half };
}

/** A ratio of two figures of the same stretches with its interval; see `ratioOfBatches`, whose stretches are independent. */
export function correlatedRatio(
  over: readonly number[],
  under: readonly number[],
  phases?: readonly (number | string)[],
): Estimate | undefined {
  const centre = mean(under);
  if (!(centre > 0)) return undefined;
  const value = sumOf(over) / sumOf(under);
  const strays = over.map((entry, at) => (entry - value * (under[at] ?? 0)) / centre);
  const stray = correlatedMean({ values: strays, ...(phases && { phases }) });
  return stray && { value, low: value + stray.low - stray.value, high: value + stray.high - stray.value };
}

/**
 * The difference a - b of two independent figures, from the interval of each: MOVER; G. Y. Zou and A. Donner, Construction
 * of confidence limits about effect measures, Statistics in Medicine 27 (2008).
 */
export function differenceOf(a: Estimate, b: Estimate): Estimate {
  const value = a.value - b.value;
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}

/** Distances from the mean of the values alike. Too few of these to tell a cycle: from the mean of all. */
function withoutCycle(
  values: readonly number[],
  phases: CyclicValues['phases'],
): { readonly residuals: readonly number[]; readonly freedom: number } {
  const alike = new Map<number | string, { sum: number; count: number }>();
  for (const [at, value] of values.entries()) {
    const phase = phases?.[at] ?? '';
    const { sum, count } = alike.get(phase) ?? { sum: 0, count: 0 };
    alike.set(phase, { sum: sum + value, count: count + 1 });
  }
  const freedom = values.length - alike.size;
  if (freedom < values.length / 3) {
    const centre = mean(values);
    return { residuals: values.map((value) => value - centre), freedom: values.length - 1 };
  }
  const residuals = values.map((value, at) => {
    const { sum, count } = alike.get(phases?.[at] ?? '') ?? { sum: value, count: 1 };
    return value - sum / count;
  });
  return { residuals, freedom };
}
