import { checkedSpan, type Dispersion, indexOfDispersion, tracePeakedness } from './arrival-trace.ts';
import type { ArrivalBursts } from './burst.ts';
import type { PoolModel } from './pool-model.ts';

/** What a PoolModel needs of recorded arrivals, and what it was read off. */
export interface TraceLoad {
  /** To spread over a PoolModel: bursts where the arrivals clump, else peakedness where they are paced; neither for Poisson arrivals. */
  readonly load: Pick<PoolModel, 'arrivalRatePerSecond' | 'bursts' | 'peakedness'>;
  /** Variance over mean of the busy connections without a limit, measured. */
  readonly peakedness: number;
  readonly dispersion: readonly Dispersion[];
  /** Recorded time over the time that a burst and the quiet after it take, on average: how many of them were seen. Left out without bursts. */
  readonly burstsSeen?: number;
}

/** Peakedness this near to 1 is that of Poisson arrivals, as far as a trace can tell. */
const poissonBand = 0.05;

/**
 * Fits two-phase bursts to recorded arrivals (times in ms, not going back) for holds of this mean. They have the rate of the
 * trace, its peakedness at the hold time, the memory with which its dispersion grows over longer windows best, and the share
 * of burst time that its third moment tells. Batches come out as very short bursts. Throws INPUT_CONTRADICTION for a trace of
 * fewer than 20 hold times.
 */
export function traceLoad(timesMs: readonly number[], meanHoldMs: number): TraceLoad {
  const { spanMs } = checkedSpan(timesMs);
  const ratePerMs = (timesMs.length - 1) / spanMs;
  const peakedness = tracePeakedness(timesMs, meanHoldMs);
  const windowsMs = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000].map((holds) => holds * meanHoldMs);
  const dispersion = indexOfDispersion(timesMs, windowsMs).filter(({ windows }) => windows >= 30);
  const arrivalRatePerSecond = 1_000 * ratePerMs;
  const found = { peakedness, dispersion };
  if (peakedness < 1 - poissonBand)
    return { load: { arrivalRatePerSecond, peakedness: Math.max(0.01, peakedness) }, ...found };
  const isClumped =
    peakedness > 1 + poissonBand || dispersion.some(({ index, windows }) => index > 1 + 6 * Math.sqrt(2 / windows));
  if (!isClumped) return { load: { arrivalRatePerSecond }, ...found };
  const bursts = fittedBursts(timesMs, ratePerMs, meanHoldMs, Math.max(peakedness, 1.01), dispersion);
  return { load: { arrivalRatePerSecond, bursts }, ...found, burstsSeen: spanMs / (bursts.burstMs + bursts.quietMs) };
}

function fittedBursts(
  timesMs: readonly number[],
  ratePerMs: number,
  meanHoldMs: number,
  peakedness: number,
  dispersion: readonly Dispersion[],
): ArrivalBursts {
  // The rate at which the phases lose their memory, per ms: the peakedness fixes the variance of the rate at each.
  const varianceAt = (forgetting: number) => (peakedness - 1) * ratePerMs * (1 / meanHoldMs + forgetting);
  const misfit = (forgetting: number) => {
    const variance = varianceAt(forgetting);
    return dispersion.reduce((sum, { windowMs, index, windows }) => {
      const fitted = 1 + (2 * variance * settledMs(forgetting, windowMs)) / ratePerMs;
      return sum + Math.min(windows, 1_000) * Math.log(fitted / Math.max(0.1, index)) ** 2;
    }, 0);
  };
  let best = { forgetting: 1 / meanHoldMs, misfit: Infinity };
  for (let step = -160; step <= 120; step += 1) {
    const forgetting = 10 ** (step / 40) / meanHoldMs;
    const found = misfit(forgetting);
    if (found < best.misfit) best = { forgetting, misfit: found };
  }
  const { forgetting } = best;
  const variance = varianceAt(forgetting);
  // The third central moment of the rate is V^1.5 (1 - 2 p) / sqrt(p (1 - p)), p the share of burst time.
  const third = thirdMoment(timesMs, forgetting, meanHoldMs);
  const skew = Math.max(0, third / variance ** 1.5);
  // No rate is below 0.
  const mostShare = ratePerMs ** 2 / (ratePerMs ** 2 + variance);
  const share = Math.min(mostShare, (1 - skew / Math.sqrt(skew ** 2 + 4)) / 2);
  const gap = Math.sqrt(variance / (share * (1 - share)));
  const quiet = ratePerMs - share * gap;
  return {
    factor: quiet > 1e-6 * ratePerMs ? (quiet + gap) / quiet : Infinity,
    burstMs: 1 / (forgetting * (1 - share)),
    quietMs: 1 / (forgetting * share),
  };
}

/** The integral of e^(-rate t) (1 - t / window) up to the window. */
function settledMs(rate: number, windowMs: number): number {
  const x = rate * windowMs;
  return x < 1e-4 ? windowMs / 2 : (1 + Math.expm1(-x) / x) / rate;
}

/**
 * The third central moment of the rate, per ms^3: the third factorial cumulant of the counts in windows of about the phases'
 * memory, over the integral of what two-phase bursts keep of it, 6 times that of u (w - u) e^(-rate u).
 */
function thirdMoment(timesMs: readonly number[], forgetting: number, meanHoldMs: number): number {
  const { fromMs, spanMs } = checkedSpan(timesMs);
  const windowMs = Math.min(spanMs / 30, Math.max(0.1 * meanHoldMs, 1 / forgetting));
  const windows = Math.floor(spanMs / windowMs);
  const counts = new Float64Array(windows);
  for (const time of timesMs) {
    const window = Math.floor((time - fromMs) / windowMs);
    if (window < windows) counts[window] = (counts[window] ?? 0) + 1;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / windows;
  const moment = (power: number) => counts.reduce((sum, count) => sum + (count - mean) ** power, 0) / windows;
  const cumulant = moment(3) - 3 * moment(2) + 2 * mean;
  const x = forgetting * windowMs;
  // The integral of t (x - t) e^-t up to x; its series where it cancels.
  const kept = x < 0.01 ? x ** 3 / 6 : x - 2 + (x + 2) * Math.exp(-x);
  return (cumulant * forgetting ** 3) / (6 * kept);
}
