import { decodeCounts, encodeCounts } from './hdr-encoding.ts';
import { countsLength, countsUpTo, highestTrackable, indexOf, lowestAt, middleAt, nextAt } from './hdr-layout.ts';

/** Times from `from` on and below `to`, in microseconds. */
export interface HdrBucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The counts that are not zero, and where they belong: fit for messages between threads. */
export interface HdrData {
  readonly indexes: Uint32Array;
  readonly counts: Float64Array;
}

/**
 * Times in whole microseconds up to an hour, each known to 0.1 %, in the layout of HdrHistogram. All figures come from
 * the counts alone, so that a histogram that was merged or sent is the same as one that has seen all of the times.
 */
export class HdrHistogram {
  // As long as the highest time asks for: 188 kB for an hour, 16 kB for 2 ms.
  #counts = new Float64Array(countsUpTo(0));
  #total = 0;
  // Most of the counts are never used; these bounds spare looking at them.
  #first = countsLength;
  #last = -1;

  /** Counts a time in microseconds, rounded: below zero as 0, above an hour as an hour. See microseconds.ts. */
  record(microseconds: number, count = 1): void {
    const value =
      microseconds > highestTrackable ? highestTrackable : microseconds > 0 ? (microseconds + 0.5) >>> 0 : 0;
    this.#addAt(indexOf(value), count);
  }

  add(other: HdrHistogram): void {
    for (let index = other.#first; index <= other.#last; index += 1) {
      const count = other.#counts[index] ?? 0;
      if (count > 0) this.#addAt(index, count);
    }
  }

  clear(): void {
    if (this.#last >= 0) this.#counts.fill(0, this.#first, this.#last + 1);
    this.#total = 0;
    this.#first = countsLength;
    this.#last = -1;
  }

  get count(): number {
    return this.#total;
  }

  /** In microseconds; 0 for an empty histogram, as are all its figures. */
  get min(): number {
    return this.#total === 0 ? 0 : lowestAt(this.#first);
  }

  get max(): number {
    return this.#total === 0 ? 0 : nextAt(this.#last) - 1;
  }

  get mean(): number {
    return this.#total === 0 ? 0 : this.#sumOf(middleAt) / this.#total;
  }

  get standardDeviation(): number {
    const { mean } = this;
    return this.#total === 0 ? 0 : Math.sqrt(this.#sumOf((index) => (middleAt(index) - mean) ** 2) / this.#total);
  }

  /** The highest value that counts the same as the one that `ratio` of all are not above; at 0, the lowest of the first. */
  valueAt(ratio: number): number {
    if (this.#total === 0) return 0;
    if (ratio <= 0) return this.min;
    const wanted = Math.min(1, ratio) * this.#total;
    // A product such as 0.07 x 100 lies a little above the whole number that it stands for.
    const rank = Math.max(1, Math.ceil(wanted - wanted * Number.EPSILON));
    let seen = 0;
    for (let index = this.#first; index <= this.#last; index += 1) {
      seen += this.#counts[index] ?? 0;
      if (seen >= rank) return nextAt(index) - 1;
    }
    return this.max;
  }

  /** How many times lie in a higher bucket than this one. */
  countAbove(microseconds: number): number {
    const bound = Math.min(highestTrackable, Math.max(0, microseconds));
    let above = 0;
    for (let index = Math.max(indexOf(bound) + 1, this.#first); index <= this.#last; index += 1) {
      above += this.#counts[index] ?? 0;
    }
    return above;
  }

  /** Those that are not empty, lowest first. */
  buckets(): HdrBucket[] {
    const { indexes, counts } = this.toData();
    return Array.from(indexes, (index, at) => ({ from: lowestAt(index), to: nextAt(index), count: counts[at] ?? 0 }));
  }

  toData(): HdrData {
    const used = this.#used();
    const data = { indexes: new Uint32Array(used), counts: new Float64Array(used) };
    for (let index = this.#first, at = 0; at < used; index += 1) {
      const count = this.#counts[index] ?? 0;
      if (count === 0) continue;
      data.indexes[at] = index;
      data.counts[at] = count;
      at += 1;
    }
    return data;
  }

  addData({ indexes, counts }: HdrData): void {
    for (let at = 0; at < indexes.length; at += 1) this.#addAt(indexes[at] ?? 0, counts[at] ?? 0);
  }

  static fromData(data: HdrData): HdrHistogram {
    const histogram = new HdrHistogram();
    histogram.addData(data);
    return histogram;
  }

  /** Base64 of HdrHistogram's compressed V2 form, as its libraries in all languages read it. */
  encode(): string {
    return encodeCounts(this.#counts.subarray(0, this.#last + 1));
  }

  /** @throws Error where the text is no such form, or of another layout than ours */
  static decode(text: string): HdrHistogram {
    const histogram = new HdrHistogram();
    decodeCounts(text, (index, count) => histogram.#addAt(index, count));
    return histogram;
  }

  #addAt(index: number, count: number): void {
    if (index >= this.#counts.length) this.#grow(index);
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#total += count;
    if (index < this.#first) this.#first = index;
    if (index > this.#last) this.#last = index;
  }

  #grow(index: number): void {
    const longer = new Float64Array(countsUpTo(index));
    longer.set(this.#counts);
    this.#counts = longer;
  }

  #used(): number {
    let used = 0;
    for (let index = this.#first; index <= this.#last; index += 1) if ((this.#counts[index] ?? 0) > 0) used += 1;
    return used;
  }

  #sumOf(weigh: (index: number) => number): number {
    let sum = 0;
    for (let index = this.#first; index <= this.#last; index += 1) {
      const count = this.#counts[index] ?? 0;
      if (count > 0) sum += count * weigh(index);
    }
    return sum;
  }
}
