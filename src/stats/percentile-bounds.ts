/** The order statistics between which a percentile lies with 95 % confidence; undefined where the sample does not reach. */
export interface RankBounds {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/**
 * Ranks (1 is the smallest) m p -+ 1.96 sqrt(m p (1 - p)) of m samples; a p99 has both from 381 samples on.
 * Source: H. A. David, Order Statistics (1970), section 2.5.
 */
export function percentileRanks(p: number, samples: number): RankBounds {
  const half = 1.96 * Math.sqrt(samples * p * (1 - p));
  const low = Math.floor(samples * p - half);
  const high = Math.ceil(samples * p + half);
  return { low: low >= 1 ? low : undefined, high: high <= samples ? high : undefined };
}
