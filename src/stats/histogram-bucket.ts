/** How many times lie from `fromMs` to `toMs`. */
export interface HistogramBucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}
