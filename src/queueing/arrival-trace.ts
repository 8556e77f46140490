import { PoolctlError } from '../base/errors.ts';

/** How bursty arrivals are at one window length, and over how many windows that was measured. */
export interface Dispersion {
  readonly windowMs: number;
  /** Variance over mean of the arrivals per window: 1 for Poisson at every window, more for bursts, less for paced arrivals. */
  readonly index: number;
  readonly windows: number;
}

/** The windows at which bursts of common lengths show. */
export const dispersionWindowsMs = [10, 100, 1_000, 10_000];

/**
 * Index of dispersion of recorded arrivals (times in ms, not going back) at each window that fits in at least ten times.
 * Source: D. R. Cox and P. A. W. Lewis, The Statistical Analysis of Series of Events (1966), section 4.5.
 */
export function indexOfDispersion(
  timesMs: readonly number[],
  windowsMs: readonly number[] = dispersionWindowsMs,
): Dispersion[] {
  const { fromMs, spanMs } = checkedSpan(timesMs);
  return windowsMs.flatMap((windowMs) => {
    const windows = Math.floor(spanMs / windowMs);
    if (windows < 10) return [];
    // Sparse, so that a short window over a long trace costs no more than its arrivals.
    let [squares, counted, current, count] = [0, 0, -1, 0];
    for (const time of timesMs) {
      const window = Math.floor((time - fromMs) / windowMs);
      if (window >= windows) break;
      if (window !== current) {
        squares += count * count;
        [current, count] = [window, 0];
      }
      count += 1;
      counted += 1;
    }
    squares += count * count;
    const mean = counted / windows;
    const variance = (squares - windows * mean * mean) / (windows - 1);
    return [{ windowMs, index: variance / mean, windows }];
  });
}

/**
 * Peakedness of recorded arrivals under exponential holds of this mean: given the arrivals, the busy connections without a
 * limit have mean m(t) = sum of e^-(t - arrival) / s; so z = 1/2 + Var(m) / mean(m), over time. The first five holds warm up.
 * Source: by total variance, from Eckberg's definition (1983).
 */
export function tracePeakedness(timesMs: readonly number[], meanHoldMs: number): number {
  const { fromMs, spanMs } = checkedSpan(timesMs);
  const warmMs = 5 * meanHoldMs;
  if (spanMs < 20 * meanHoldMs) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      'The trace is too short to see bursts in: it spans fewer than 20 hold times.',
      {
        hint: 'Record at least some hundred hold times of traffic.',
      },
    );
  }
  let [busy, last, sum, square, duration] = [0, fromMs, 0, 0, 0];
  for (const time of timesMs) {
    const gap = time - last;
    const left = Math.exp(-gap / meanHoldMs);
    if (last - fromMs >= warmMs) {
      sum += busy * meanHoldMs * (1 - left);
      square += (busy * busy * meanHoldMs * (1 - left * left)) / 2;
      duration += gap;
    }
    busy = busy * left + 1;
    last = time;
  }
  const mean = sum / duration;
  return 0.5 + (square / duration - mean * mean) / mean;
}

export function checkedSpan(timesMs: readonly number[]): { fromMs: number; spanMs: number } {
  const fromMs = timesMs[0] ?? 0;
  let last = fromMs;
  for (const [index, time] of timesMs.entries()) {
    if (!(time >= last && Number.isFinite(time))) {
      throw new PoolctlError(
        'VALUE_INVALID',
        `Arrival ${index + 1} (${time} ms) is before the one above it (${last} ms).`,
        {
          hint: 'A trace lists the arrivals in the order in which they came.',
        },
      );
    }
    last = time;
  }
  if (!(last > fromMs)) {
    throw new PoolctlError('VALUE_INVALID', 'The trace needs at least two arrivals at different times.');
  }
  return { fromMs, spanMs: last - fromMs };
}
