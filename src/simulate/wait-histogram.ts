import type { HistogramBucket } from '../stats/histogram-bucket.ts';
import type { WaitCounts } from './model.ts';

/** Buckets per doubling; each is at most 1/256 = 0.39 % wide, which bounds the error of a quantile. */
const bucketBits = 8;
/** Waits from 2^-20 ms (a nanosecond) to 2^40 ms (35 years) are told apart; what lies beyond goes to the ends. */
const leastExponent = -20;
const mostExponent = 40;
const buckets = (mostExponent - leastExponent) << bucketBits;
/** An IEEE 754 double's upper word holds exponent and leading digits; read as a whole number it rises with the value. */
const dropBits = 20 - bucketBits;
const firstWord = (1_023 + leastExponent) << bucketBits;

/** Counts waits in buckets that widen with the wait, so that its memory does not grow with their number. */
export class WaitHistogram {
  readonly #counts = new Float64Array(buckets);
  readonly #double = new Float64Array(1);
  readonly #words = new Uint32Array(this.#double.buffer);
  #zeros = 0;
  #positive = 0;
  #maxMs = 0;

  /** Waits above 0. */
  get positive(): number {
    return this.#positive;
  }

  get maxMs(): number {
    return this.#maxMs;
  }

  record(waitMs: number): void {
    if (waitMs <= 0) {
      this.#zeros += 1;
      return;
    }
    this.#positive += 1;
    if (waitMs > this.#maxMs) this.#maxMs = waitMs;
    this.#double[0] = waitMs;
    // The upper word is the second one on every machine that Node runs on (little-endian).
    let bucket = ((this.#words[1] ?? 0) >>> dropBits) - firstWord;
    if (bucket < 0) bucket = 0;
    else if (bucket >= buckets) bucket = buckets - 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#zeros = 0;
    this.#positive = 0;
    this.#maxMs = 0;
  }

  /** What has been counted so far. */
  counts(): WaitCounts {
    const filled: HistogramBucket[] = [];
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0) filled.push({ fromMs: lowerBoundMs(bucket), toMs: lowerBoundMs(bucket + 1), count });
    }
    return { zeros: this.#zeros, buckets: filled };
  }
}

function lowerBoundMs(bucket: number): number {
  const exponent = leastExponent + (bucket >> bucketBits);
  const digits = bucket & ((1 << bucketBits) - 1);
  return 2 ** exponent * (1 + digits / (1 << bucketBits));
}
