/** One pool under a steady load, as far as the length of a run depends on it. */
export interface SteadyLoad {
  readonly connections: number;
  readonly arrivalRatePerSecond: number;
  readonly meanHoldMs: number;
  /** Variance over squared mean of the hold times; 1 is exponential. */
  readonly holdScv: number;
  /** Variance over mean of the number of arrivals in a long time: 1 for Poisson arrivals (default), more for bursts. */
  readonly arrivalDispersion?: number;
  /** What keeps the queue finite in overload. */
  readonly queueLimit?: number;
  readonly acquireTimeoutMs?: number;
}

export interface RunLength {
  /** The relaxation time of the queue, in ms: how long its state depends on where it started. */
  readonly relaxationMs: number;
  readonly warmupMs: number;
  /** With the warm-up. */
  readonly durationMs: number;
  /** False when `mostRequests` did not allow the length that the figures need. */
  readonly isLongEnough: boolean;
}

/** The smallest |1 - sqrt rho| used: at full load without limits no run is long enough. */
const leastDistance = 1e-6;

/**
 * How long to warm up and to measure: 5 and at least 100 relaxation times, and enough requests for 100 beyond the highest
 * quantile wanted. The relaxation time is of the queue alone; a pool that starts idle must also fill, which takes the
 * remaining hold time of a running request, s (1 + cs2) / 2, however many connections there are. In overload the queue must
 * fill as well, up to its limit or to where requests give up.
 */
export function runLength(
  load: SteadyLoad,
  { quantile = 0.99, mostRequests = Infinity }: { readonly quantile?: number; readonly mostRequests?: number } = {},
): RunLength {
  const { arrivalRatePerSecond, meanHoldMs, holdScv } = load;
  const relaxationMs = 1 / (driftRate(load) + limitRate(load));
  const slowestMs = Math.max(relaxationMs, (meanHoldMs * (1 + holdScv)) / 2);
  const wantedWarmupMs = 5 * slowestMs + queueFillMs(load);
  const wantedMs = Math.max(100 * slowestMs, (100 / (1 - quantile) / arrivalRatePerSecond) * 1_000);
  const mostMs = (mostRequests / arrivalRatePerSecond) * 1_000;
  const warmupMs = Math.min(wantedWarmupMs, mostMs / 4);
  const durationMs = Math.min(warmupMs + wantedMs, mostMs);
  return { relaxationMs, warmupMs, durationMs, isLongEnough: mostMs >= wantedWarmupMs + wantedMs };
}

/**
 * One over the relaxation time s (ca2 + cs2) / (2 c (1 - sqrt rho)^2): that of the reflected Brownian motion that
 * approximates GI/G/c, exact for M/M/1.
 */
function driftRate({ connections, arrivalRatePerSecond, meanHoldMs, holdScv, arrivalDispersion = 1 }: SteadyLoad) {
  const utilization = (arrivalRatePerSecond * meanHoldMs) / 1_000 / connections;
  const distance = Math.max(leastDistance, Math.abs(1 - Math.sqrt(utilization)));
  return (2 * connections * distance ** 2) / (meanHoldMs * varianceOf(arrivalDispersion, holdScv));
}

/** What a limit of the queue adds to it: pi^2 v / (2 K^2) for a Brownian motion of variance v a ms between 0 and K. */
function limitRate(load: SteadyLoad): number {
  const { connections, meanHoldMs, holdScv, arrivalDispersion = 1 } = load;
  const variance = (connections / meanHoldMs) * varianceOf(arrivalDispersion, holdScv);
  return (Math.PI ** 2 * variance) / (2 * Math.max(1, longestQueue(load)) ** 2);
}

/** Evenly paced arrivals and constant holds still meet at random. */
function varianceOf(arrivalDispersion: number, holdScv: number): number {
  return Math.max(0.1, arrivalDispersion + holdScv);
}

/** The longest queue that the limits allow; infinite without one. */
function longestQueue({ connections, meanHoldMs, queueLimit = Infinity, acquireTimeoutMs = Infinity }: SteadyLoad) {
  return Math.min(queueLimit, (acquireTimeoutMs * connections) / meanHoldMs);
}

/** How long an overloaded pool takes from an empty queue to a full one; 0 without overload, or without an end. */
function queueFillMs(load: SteadyLoad): number {
  const { connections, arrivalRatePerSecond, meanHoldMs } = load;
  const excessPerMs = arrivalRatePerSecond / 1_000 - connections / meanHoldMs;
  const queue = longestQueue(load);
  if (!(excessPerMs > 0 && queue < Infinity)) return 0;
  // Near full load the queue gets there by chance, sooner than by what comes too much.
  return Math.min(queue / excessPerMs, 5 / limitRate(load));
}
