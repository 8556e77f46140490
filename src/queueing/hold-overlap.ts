import type { HoldDistribution } from './hold-distribution.ts';

/**
 * How far arrivals that clump together still overlap while they hold connections, against exponential holds of the same
 * mean: 1 for these, up to 2 for constant holds, less than 1 for uneven ones. `forgetting` is the rate at which the clumps lose
 * their memory, per mean hold: of bursts the sum of the rates of leaving their phases, Infinity for batches.
 * It is the integral of S(t) S(u) e^(-forgetting |t - u|), S the share of the holds that last longer; the variance of the busy
 * connections above Poisson is that times the variance of the rate.
 * Source: Eckberg (1983); the peakedness functional of Whitt (1984).
 */
export function holdOverlap(hold: HoldDistribution, forgetting: number): number {
  if (hold.isMemoryless) return 1;
  // In units of the mean hold, cell by cell of equal length in ln t. `memory` is the integral of S(u) e^(-forgetting (t - u)) up to t.
  const ratio = 1.06;
  let [from, reached, memory, sum] = [0, 0, 0, 0];
  for (let to = 1e-4; to < 1e6 && reached < 1 - 1e-9; to *= ratio) {
    const width = to - from;
    const next = hold.residualCdf(to * hold.meanMs);
    const lasting = Math.max(0, next - reached) / width;
    if (forgetting === Infinity) sum += lasting * lasting * width;
    else {
      const x = forgetting * width;
      // The means over the cell of e^-x, and of what that leaves of the cell so far.
      const kept = -Math.expm1(-x) / x;
      const newly = x < 1e-4 ? 0.5 - x / 6 : (1 - kept) / x;
      sum += lasting * width * (memory * kept + lasting * width * newly);
      memory = memory * Math.exp(-x) + lasting * width * kept;
    }
    [from, reached] = [to, next];
  }
  return forgetting === Infinity ? 2 * sum : 2 * (1 + forgetting) * sum;
}
