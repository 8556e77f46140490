import type { EffectivePool } from './effective-pool.ts';

/** The shares of a pool's requests that wait and fail, and the wait of those that wait and get a connection. Times in ms. */
export interface LimitedWait {
  /** Share of the requests that find every connection busy. */
  readonly waitProbability: number;
  /** Share of the requests that get a connection after a wait. */
  readonly waitedRatio: number;
  /** Share of the requests that find the queue full. */
  readonly rejectedRatio: number;
  /** Share of the requests that give up after the timeout. */
  readonly timedOutRatio: number;
  readonly meanMs: number;
  /** Share of the waits above t. */
  readonly tail: (t: number) => number;
  /** The wait that a share `above` of the waits exceeds; above 0. */
  readonly exceededBy: (above: number) => number;
}

/** How often the offered wait stays within the limits, in the scale where it is 1 / (1 - rho) without limits. */
export interface Mass {
  /** Y. */
  readonly kept: number;
  /** N = 1 + (rho - 1) Y, given apart because it may be tiny or huge. */
  readonly lost: number;
  /** The part of N that gives up, as a share; the rest finds the queue full. */
  readonly timedOut: number;
}

/**
 * The shares that follow from p(j) ~ a^j / j! while connections are free, and throughput = busy connections / mean hold:
 * with G = 1/B + rho Y, P(all busy) = (1 + rho Y) / G, P(wait and served) = Y / G, loss = N / G. Y = 0 gives Erlang B,
 * Y = 1 / (1 - rho) Erlang C; with the Y of exponential holds it is exact, and with Y = (1 - x) / (1 - rho) it is
 * (1 - rho) x C / (1 - rho x C), the formula of Tijms, A First Course in Stochastic Models (2003), sections 9.8 and 9.9,
 * for M/G/c with a finite queue, and of Boots and Tijms (1999) with impatient requests.
 */
export function sharesOf({ utilization, inverseBlocking }: EffectivePool, { kept, lost, timedOut }: Mass) {
  if (inverseBlocking === Infinity) return { waitProbability: 0, waitedRatio: 0, rejectedRatio: 0, timedOutRatio: 0 };
  // Deep in overload Y is beyond numbers: all wait, and what the connections cannot carry is lost.
  const timedOutShare = Math.min(1, Math.max(0, timedOut));
  const isBeyondNumbers = !(kept < 1e250);
  const whole = inverseBlocking + utilization * kept;
  const loss = isBeyondNumbers ? 1 - 1 / utilization : Math.min(1, lost / whole);
  return {
    waitProbability: isBeyondNumbers ? 1 : Math.min(1, (1 + utilization * kept) / whole),
    waitedRatio: isBeyondNumbers ? 1 / utilization : Math.max(0, kept / whole),
    rejectedRatio: loss * (1 - timedOutShare),
    timedOutRatio: loss * timedOutShare,
  };
}
