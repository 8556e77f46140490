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
  | RecordedArrivals;

/** Recorded moments, in ms from the start, not going back. */
export interface RecordedArrivals {
  readonly kind: 'trace';
  readonly timesMs: readonly number[];
  /** How long each of them held its connection, in ms; Infinity where it never came back. Left out, holds are drawn by a law. */
  readonly holdsMs?: readonly number[];
  /** Each gets the hold of one that came at most so many before or after it, by lot: 0, its own, by default. */
  readonly holdsFromWithin?: number;
}
