/** How many times lie from `fromMs` to `toMs`. */
export interface HistogramBucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** Counted holds. The last bucket may be open: up to Infinity. */
export interface MeasuredHistogram {
  readonly kind: 'histogram';
  readonly buckets: readonly HistogramBucket[];
  /** All holds together, where it was counted (`_sum` of Prometheus): it gives the true mean. */
  readonly sumMs?: number;
}
