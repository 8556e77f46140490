/** Two-phase bursts: Poisson at one rate, then at another; both phases last exponentially long. */
export interface TwoPhaseBursts {
  readonly ratePerSecond: number;
  readonly burstRatePerSecond: number;
  readonly meanQuietMs: number;
  readonly meanBurstMs: number;
}

/** Two-phase bursts of any rate: `factor` times the quiet rate while a burst lasts. Both phases last exponentially long. */
export interface ArrivalBursts {
  /** At least 1; Infinity when nothing comes in between (on and off). */
  readonly factor: number;
  readonly burstMs: number;
  readonly quietMs: number;
}

/** The bursts at this mean rate over all the time. */
export function burstPhases(meanRatePerSecond: number, { factor, burstMs, quietMs }: ArrivalBursts): TwoPhaseBursts {
  const share = burstMs / (burstMs + quietMs);
  const ratePerSecond = meanRatePerSecond / (1 + (factor - 1) * share);
  // factor / (1 + (factor - 1) share), also for Infinity.
  const burstRatePerSecond = meanRatePerSecond / (share + (1 - share) / factor);
  return { ratePerSecond, burstRatePerSecond, meanQuietMs: quietMs, meanBurstMs: burstMs };
}

/**
 * Peakedness of evenly dealt Poisson arrivals (every n-th one; n-fold Erlang gaps) under exponential holds:
 * 1 / (1 - A*(1/s)) - load, A* the transform of the gap (D. L. Jagerman, Splitting and peakedness (1983)). Below 1.
 */
export function roundRobinPeakedness(pools: number, loadPerPool: number): number {
  // A*(1/s) = (n a / (n a + 1))^n
  const logTransform = -pools * Math.log1p(1 / (pools * loadPerPool));
  const exact = -1 / Math.expm1(logTransform) - loadPerPool;
  // For large loads the difference cancels; its limit is (1 + 1/n) / 2.
  return loadPerPool > 1e6 ? (1 + 1 / pools) / 2 : exact;
}
