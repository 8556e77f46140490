/** When requests come to the fleet. Rates are of the whole fleet. */
export type ArrivalLaw =
  | { readonly kind: 'poisson'; readonly ratePerSecond: number }
  /** One after the other at equal distances. */
  | { readonly kind: 'paced'; readonly ratePerSecond: number }
  /** Poisson with two phases: `factor` times the quiet rate during bursts; both phases last exponentially. The mean is ratePerSecond. */
  | {
      readonly kind: 'bursty';
      readonly ratePerSecond: number;
      readonly factor: number;
      readonly burstMs: number;
      readonly quietMs: number;
    }
  /** Batches of `size` requests at once, at Poisson moments. */
  | { readonly kind: 'batches'; readonly ratePerSecond: number; readonly size: number }
  /** Recorded moments, in ms from the start, not going back. */
  | { readonly kind: 'trace'; readonly timesMs: readonly number[] };
