import { type BusyPool, type Lattice, meanConditionalWaitMs, waitLattice } from './renewal.ts';

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
 * A time that about a share `level` of the waits exceeds: where a lattice of them may end. From one coarse lattice, and
 * beyond its end by the way the tail falls there; a lattice that is far too long is made again, for it is too coarse.
 */
export function tailEndMs(pool: BusyPool, level: number): number {
  let endMs = 10 * meanConditionalWaitMs(pool);
  for (let round = 0; round < 20; round += 1) {
    const lattice = waitLattice(pool, endMs, 128);
    if (!lattice) return endMs;
    const { above } = waitTail(pool, lattice);
    if (above(endMs / 8) >= level) {
      const isLong = above(endMs) > level;
      for (let step = 0; step < 200 && isLong && above(endMs) > level; step += 1) endMs *= 1.25;
      while (!isLong && above(endMs / 1.25) < level) endMs /= 1.25;
      return endMs;
    }
    endMs /= 8;
  }
  return endMs;
}
