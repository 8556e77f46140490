import type { BusyPool, Lattice } from './renewal.ts';

/** Running sums of the masses: the value at index i belongs to the time (i + 1/2) step. */
export function cumulative(masses: Float64Array): Float64Array {
  const sums = new Float64Array(masses.length);
  let sum = 0;
  for (let i = 0; i < masses.length; i += 1) {
    sum += masses[i] ?? 0;
    sums[i] = sum;
  }
  return sums;
}

/** The running sum at t, straight between its points, from 0 at t = 0; t up to the end of the lattice. */
export function sumUpTo(sums: Float64Array, stepMs: number, t: number): number {
  const place = t / stepMs - 0.5;
  if (place <= 0) return 2 * (place + 0.5) * (sums[0] ?? 0);
  const index = Math.min(Math.floor(place), sums.length - 1);
  const from = sums[index] ?? 0;
  const to = sums[index + 1] ?? from;
  return from + (to - from) * Math.min(1, place - index);
}

/** The sum of mass x time up to endMs, from running sums that go straight between half steps: endMs S(endMs) less the integral of S. */
export function momentUpTo(sums: Float64Array, stepMs: number, endMs: number): number {
  const halfMs = stepMs / 2;
  let before = sums[0] ?? 0;
  // The first mass is one of waits of 0.
  let area = before * Math.min(halfMs, endMs);
  let t = halfMs;
  for (let i = 1; i < sums.length && t + stepMs <= endMs; i += 1) {
    const next = sums[i] ?? 0;
    area += (before + next) * halfMs;
    before = next;
    t += stepMs;
  }
  const last = sumUpTo(sums, stepMs, endMs);
  if (endMs > t) area += ((before + last) * (endMs - t)) / 2;
  return Math.max(0, endMs * last - area);
}

/** The wait of the requests that wait in a pool without limits, for utilization below 1. */
export interface WaitTail {
  /** Share of the waits above t. */
  readonly above: (t: number) => number;
  /** Mean wait above t of the waits above t, for t from the end of the lattice on. */
  readonly meanExcessMs: number;
}

/**
 * Beyond its lattice the tail falls as it did in the last tenth of it, or as a single long hold makes it fall where that is
 * slower (for laws such as the lognormal, a long wait is due to one long hold).
 */
export function waitTail({ utilization, servers, hold }: BusyPool, { masses, stepMs }: Lattice): WaitTail {
  const sums = cumulative(masses);
  const endMs = (masses.length - 0.5) * stepMs;
  const within = (t: number) => Math.min(1, Math.max(0, 1 - (1 - utilization) * sumUpTo(sums, stepMs, t)));
  const last = within(endMs);
  if (last < 1e-11) return { above: (t) => (t >= endMs ? 0 : within(t)), meanExcessMs: 0 };
  // Samples leave gaps in which no tail falls.
  const decayMs = Math.min(10 * endMs, (0.1 * endMs) / Math.log(within(0.9 * endMs) / last));
  const residualAbove = (t: number) => 1 - hold.residualCdf(servers * t);
  const lastResidual = residualAbove(endMs);
  return {
    above: (t) => {
      if (t <= endMs) return within(t);
      if (t === Infinity) return 0;
      const longHold = lastResidual > 1e-12 ? residualAbove(t) / lastResidual : 0;
      return last * Math.max(Math.exp((endMs - t) / decayMs), longHold);
    },
    meanExcessMs: decayMs,
  };
}

/**
 * A time that about a share `level` of the waits exceeds (0.6 to 1.3 times that time), where a lattice of them may end: by
 * e^(-(1 - rho) x / M(x)) + rho / (1 - rho) P(residual > x) at x = servers t. The first is heavy traffic (Kingman 1962) with
 * the residuals cut at x, M their mean; the second is one long hold.
 */
export function tailEndMs({ servers, utilization, hold }: BusyPool, level: number): number {
  const slack = 1 - utilization;
  const isBefore = (x: number) =>
    Math.exp((-slack * x) / hold.residualMeanUpTo(x)) + (utilization / slack) * (1 - hold.residualCdf(x)) > level;
  let low = hold.meanMs;
  while (!isBefore(low) && low > 1e-6 * hold.meanMs) low /= 4;
  let high = 4 * low;
  while (isBefore(high)) [low, high] = [high, 4 * high];
  while (high > 1.05 * low) {
    const middle = Math.sqrt(low * high);
    if (isBefore(middle)) low = middle;
    else high = middle;
  }
  return (1.1 * high) / servers;
}
