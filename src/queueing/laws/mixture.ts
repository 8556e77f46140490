import type { HoldDistribution } from '../hold-distribution.ts';

interface Part {
  readonly share: number;
  readonly distribution: HoldDistribution;
}

/** Several classes of requests. A busy connection serves a class with probability share x mean: so the residuals are weighted. */
export function mixture(parts: readonly Part[]): HoldDistribution {
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  const average = (of: (part: HoldDistribution) => number) =>
    parts.reduce((sum, { share, distribution }) => sum + (share / total) * of(distribution), 0);
  const meanMs = average((part) => part.meanMs);
  const square = average((part) => part.meanMs ** 2 * (1 + part.scv));
  const cube = average((part) => part.heaviness * part.meanMs ** 3 * (1 + part.scv) ** 2);
  const cdf = (t: number) => average((part) => part.cdf(t));
  return {
    meanMs,
    scv: Math.max(0, square / meanMs ** 2 - 1),
    heaviness: (cube * meanMs) / square ** 2,
    cdf,
    quantile: (p) => {
      const quantiles = parts.map(({ distribution }) => distribution.quantile(p));
      let [low, high] = [Math.min(...quantiles), Math.max(...quantiles)];
      if (cdf(low) >= p) return low;
      for (let round = 0; round < 100 && high - low > 1e-13 * high; round += 1) {
        const middle = (low + high) / 2;
        if (cdf(middle) < p) low = middle;
        else high = middle;
      }
      return high;
    },
    residualCdf: (t) => average((part) => part.meanMs * part.residualCdf(t)) / meanMs,
    residualMeanUpTo: (t) => average((part) => part.meanMs * part.residualMeanUpTo(t)) / meanMs,
  };
}
