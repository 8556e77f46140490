import type { LoadFailureKind } from '../../drivers/driver.ts';
import { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { toMicroseconds } from '../../stats/hdr/microseconds.ts';
import type { LoadPools } from './instances.ts';
import type { ShardSecond, ShardTick } from './shard-run.ts';

/** Ticks in a second; the percentiles of a tick are of as many. */
const quarters = 4;
export const tickMs = 1_000 / quarters;

/** What a load looks like while it runs: its last second, warm-up included, whatever the window counts. */
export class LiveView {
  readonly #startMs: number;
  readonly #ring = Array.from({ length: quarters }, () => ({ timesUs: new HdrHistogram(), completed: 0, endMs: 0 }));
  readonly #lastSecondUs = new HdrHistogram();
  #at = 0;
  #ringStartMs: number;
  #completed = 0;
  #failed = 0;
  readonly #failedBy: Partial<Record<LoadFailureKind, number>> = {};

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#ringStartMs = startMs;
  }

  served(timeMs: number): void {
    const quarter = this.#ring[this.#at];
    this.#completed += 1;
    if (!quarter) return;
    quarter.completed += 1;
    quarter.timesUs.record(toMicroseconds(timeMs));
  }

  failed(kind: LoadFailureKind): void {
    this.#failed += 1;
    this.#failedBy[kind] = (this.#failedBy[kind] ?? 0) + 1;
  }

  tick(nowMs: number, pool: LoadPools): ShardTick {
    const timesUs = this.#lastSecondUs;
    timesUs.clear();
    for (const quarter of this.#ring) timesUs.add(quarter.timesUs);
    const completed = this.#ring.reduce((sum, quarter) => sum + quarter.completed, 0);
    const spanMs = nowMs - this.#ringStartMs;
    this.#turn(nowMs);
    return {
      elapsedMs: Math.max(0, nowMs - this.#startMs),
      completed: this.#completed,
      failed: this.#failed,
      failedBy: { ...this.#failedBy },
      ratePerSecond: spanMs > 0 ? (completed / spanMs) * 1_000 : 0,
      timesUs: timesUs.toData(),
      waiting: pool.waiting,
      processIds: pool.processIds,
    };
  }

  #turn(nowMs: number): void {
    const over = this.#ring[this.#at];
    if (over) over.endMs = nowMs;
    this.#at = (this.#at + 1) % quarters;
    const oldest = this.#ring[this.#at];
    if (!oldest) return;
    if (oldest.endMs > 0) this.#ringStartMs = oldest.endMs;
    oldest.timesUs.clear();
    oldest.completed = 0;
  }
}

/** The window by wall-clock second: a request counts in the second in which it ended. */
export class SecondSeries {
  readonly #pool: LoadPools;
  readonly #seconds: ShardSecond[] = [];
  readonly #timesUs = new HdrHistogram();
  readonly #toMs: number;
  #endMs: number;
  #completed = 0;
  #failed = 0;
  #longestQueue = 0;

  constructor(fromMs: number, toMs: number, pool: LoadPools) {
    this.#pool = pool;
    this.#toMs = toMs;
    this.#endMs = fromMs + 1_000;
  }

  ended(endMs: number, timeMs: number | undefined): void {
    if (endMs < this.#endMs - 1_000 || endMs >= this.#toMs) return;
    if (endMs >= this.#endMs) this.advance(endMs);
    this.#lookAtQueue();
    if (timeMs === undefined) this.#failed += 1;
    else {
      this.#completed += 1;
      this.#timesUs.record(toMicroseconds(timeMs));
    }
  }

  /** Closes the seconds that are over by then. */
  advance(nowMs: number): void {
    while (this.#endMs <= Math.min(nowMs, this.#toMs)) this.#close();
  }

  /** Whole seconds, because a part of one would look like a slow one; unless there is nothing else. */
  upTo(endMs: number): readonly ShardSecond[] {
    this.advance(endMs);
    if (this.#seconds.length === 0 && endMs > this.#endMs - 1_000) this.#close();
    return this.#seconds;
  }

  /** Also when a request ends: after a freeze, the first one leaves behind the longest queue. */
  #lookAtQueue(): void {
    this.#longestQueue = Math.max(this.#longestQueue, this.#pool.waiting);
  }

  #close(): void {
    this.#lookAtQueue();
    const longestQueue = this.#longestQueue;
    const { waiting, connections } = this.#pool;
    const [completed, failed] = [this.#completed, this.#failed];
    this.#seconds.push({ completed, failed, timesUs: this.#timesUs.toData(), waiting, longestQueue, connections });
    this.#timesUs.clear();
    this.#completed = 0;
    this.#failed = 0;
    this.#longestQueue = 0;
    this.#endMs += 1_000;
  }
}
