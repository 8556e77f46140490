/** One pool under a steady load, as far as the length of a run depends on it. */
export interface SteadyLoad {
  readonly connections: number;
  readonly arrivalRatePerSecond: number;
  readonly meanHoldMs: number;
  /** Variance over squared mean of the hold times; 1 is exponential. Arrivals are taken as Poisson. */
  readonly holdScv: number;
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

/**
 * The smallest 1 - sqrt rho used. At full load the relaxation time is infinite and no run is long enough; from 0.98 to 1.02
 * it is taken as at 0.98.
 */
const leastDistance = 0.01;

/**
 * How long to warm up and to measure: 5 and at least 100 relaxation times s (1 + cs2) / (2 c (1 - sqrt rho)^2), and enough
 * requests for 100 beyond the highest quantile wanted. That time is of the queue alone; a pool that starts idle must also
 * fill, which takes the remaining hold time of a running request, s (1 + cs2) / 2, however many connections there are. In
 * overload the queue must fill as well, up to its limit or to where requests give up.
 * Source: the relaxation time of the reflected Brownian motion that approximates GI/G/c.
 */
export function runLength(
  load: SteadyLoad,
  { quantile = 0.99, mostRequests = Infinity }: { readonly quantile?: number; readonly mostRequests?: number } = {},
): RunLength {
  const { connections, arrivalRatePerSecond, meanHoldMs, holdScv } = load;
  const utilization = (arrivalRatePerSecond * meanHoldMs) / 1_000 / connections;
  const distance = Math.max(leastDistance, Math.abs(1 - Math.sqrt(utilization)));
  const relaxationMs = (meanHoldMs * (1 + holdScv)) / (2 * connections * distance ** 2);
  const fillMs = (meanHoldMs * (1 + holdScv)) / 2;
  const wantedWarmupMs = 5 * Math.max(relaxationMs, fillMs) + queueFillMs(load);
  const wantedMs = Math.max(100 * relaxationMs, (100 / (1 - quantile) / arrivalRatePerSecond) * 1_000);
  const mostMs = (mostRequests / arrivalRatePerSecond) * 1_000;
  const warmupMs = Math.min(wantedWarmupMs, mostMs / 4);
  const durationMs = Math.min(warmupMs + wantedMs, mostMs);
  return { relaxationMs, warmupMs, durationMs, isLongEnough: mostMs >= wantedWarmupMs + wantedMs };
}

/** How long an overloaded pool takes from an empty queue to a full one; 0 without overload, or without an end. */
function queueFillMs(load: SteadyLoad): number {
  const { connections, arrivalRatePerSecond, meanHoldMs, queueLimit = Infinity, acquireTimeoutMs = Infinity } = load;
  const servedPerMs = connections / meanHoldMs;
  const excessPerMs = arrivalRatePerSecond / 1_000 - servedPerMs;
  const fullQueue = Math.min(queueLimit, acquireTimeoutMs * servedPerMs);
  return excessPerMs > 0 && fullQueue < Infinity ? fullQueue / excessPerMs : 0;
}
