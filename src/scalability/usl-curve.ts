/**
 * A scalability curve: X(N) = gamma N / (1 + sigma (N - 1) + kappa N (N - 1)), the Universal Scalability Law.
 * Source: Gunther, Guerrilla Capacity Planning (2007), chapter 4.
 */
export interface UslCurve {
  /** gamma: the throughput at a concurrency of 1, in operations a second; more than 0. */
  readonly singleThroughputPerSecond: number;
  /** sigma: the share of the work that waits its turn (queues, locks), 0 to 1. */
  readonly contention: number;
  /** kappa: the cost of every pair that must agree (caches, deadlock search), 0 or more. Above 0 the curve has a peak. */
  readonly coherency: number;
}

/** The throughput, in operations a second, at a concurrency of more than 0. */
export function throughputAtConcurrency(curve: UslCurve, concurrency: number): number {
  return (curve.singleThroughputPerSecond * concurrency) / slowdown(curve, concurrency);
}

/** The time of one operation at this concurrency, in ms: N / X(N), by Little's law. */
export function responseTimeMsAtConcurrency(curve: UslCurve, concurrency: number): number {
  return (1_000 * slowdown(curve, concurrency)) / curve.singleThroughputPerSecond;
}

/** The time of one operation at this concurrency over its time at 1. */
function slowdown({ contention, coherency }: UslCurve, concurrency: number): number {
  return 1 + (concurrency - 1) * (contention + coherency * concurrency);
}

/** The highest point of a curve: operations at once, and operations a second. */
export interface UslOptimum {
  readonly concurrency: number;
  readonly throughputPerSecond: number;
}

/** N* = sqrt((1 - sigma) / kappa), but never below 1, and X(N*). Undefined when coherency is 0: the curve never falls. */
export function peakOf(curve: UslCurve): UslOptimum | undefined {
  if (curve.coherency === 0) return undefined;
  const concurrency = Math.max(1, Math.sqrt((1 - curve.contention) / curve.coherency));
  return { concurrency, throughputPerSecond: throughputAtConcurrency(curve, concurrency) };
}

/**
 * gamma / sigma: what contention alone would let through at any concurrency. With coherency above 0 the curve peaks below
 * it. Undefined without contention.
 */
export function contentionLimitPerSecond(curve: UslCurve): number | undefined {
  return curve.contention === 0 ? undefined : curve.singleThroughputPerSecond / curve.contention;
}

/**
 * The fewest at once that get `throughputPerSecond` (0 or more) done; undefined when that is above the peak, or not below
 * the limit of a curve without one. The root is written so that nothing cancels and coherency may be 0. usl4j and usl-rs
 * drop kappa here: on the Cisco data they answer 15.35 for 11,048 per second where the curve needs 19.92.
 */
export function concurrencyForThroughput(curve: UslCurve, throughputPerSecond: number): number | undefined {
  const { singleThroughputPerSecond, contention, coherency } = curve;
  const peak = peakOf(curve);
  if (peak && throughputPerSecond >= peak.throughputPerSecond) {
    const isPeak = throughputPerSecond <= peak.throughputPerSecond * (1 + 1e-12);
    return isPeak ? peak.concurrency : undefined;
  }
  const b = singleThroughputPerSecond / throughputPerSecond - contention + coherency;
  if (b <= 0) return undefined;
  return (2 * (1 - contention)) / (b + Math.sqrt(Math.max(0, b * b - 4 * coherency * (1 - contention))));
}

export interface SelfConsistentDemand {
  /** Connections at work at once, on average: a = lambda s(a). */
  readonly offeredLoad: number;
  /** The time of one operation at that load, in ms: s(a). */
  readonly serviceTimeMs: number;
}

/**
 * The load that arrivals bring to a server which slows down as it fills: a = lambda s(a), which is the concurrency that
 * the curve needs for lambda. Undefined when no pool of any size serves them. A mean: load that swings around `offeredLoad`
 * meets a curve that bends down, so the true mean lies a little higher.
 */
export function selfConsistentDemand(curve: UslCurve, arrivalRatePerSecond: number): SelfConsistentDemand | undefined {
  const offeredLoad = concurrencyForThroughput(curve, arrivalRatePerSecond);
  if (offeredLoad === undefined) return undefined;
  return { offeredLoad, serviceTimeMs: responseTimeMsAtConcurrency(curve, offeredLoad) };
}
