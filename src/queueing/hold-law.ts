import type { HistogramBucket } from '../stats/histogram-bucket.ts';
/** How long a connection is held, as a distribution. Times in ms, always above 0. */
export type HoldLaw =
  | { readonly kind: 'constant'; readonly meanMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** exp(N(ln medianMs, sigma^2)). */
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number }
  | { readonly kind: 'gamma'; readonly shape: number; readonly scaleMs: number }
  /** Measured times, each as likely as the others; sorted. Each is taken `factor` times, 1 where left out. */
  | { readonly kind: 'samples'; readonly sortedMs: readonly number[] | Float64Array; readonly factor?: number }
  /** Counts of times between bounds, uniform within a bucket; sorted, without gaps or overlaps. */
  | { readonly kind: 'histogram'; readonly buckets: readonly HistogramBucket[] }
  /** Classes of requests, each with its share of the requests. */
  | { readonly kind: 'mixture'; readonly parts: readonly { readonly share: number; readonly law: HoldLaw }[] };
