import type { SimulationRun, TimelineSlice } from './model.ts';
import { quantileOfWaits } from './wait-counts.ts';
import { WaitHistogram } from './wait-histogram.ts';

/** What has been counted and summed up. */
interface Counters {
  requests: number;
  attempts: number;
  queued: number;
  served: number;
  rejected: number;
  timedOut: number;
  refusedByServer: number;
  lost: number;
  answeredInTime: number;
  waitMs: number;
  holdMs: number;
  /** Connections x ms and requests x ms. */
  busyMs: number;
  waitingMs: number;
}

const zero: Counters = {
  requests: 0,
  attempts: 0,
  queued: 0,
  served: 0,
  rejected: 0,
  timedOut: 0,
  refusedByServer: 0,
  lost: 0,
  answeredInTime: 0,
  waitMs: 0,
  holdMs: 0,
  busyMs: 0,
  waitingMs: 0,
};

/** Keeps count of a run. The counters only grow; figures of a part of the run are their differences over it. */
export class Tally {
  readonly count: Counters = { ...zero };
  #busy = 0;
  #waiting = 0;
  #nowMs = 0;
  readonly #waits = new WaitHistogram();
  #longestQueue = 0;
  #start: { readonly atMs: number; readonly count: Counters } = { atMs: 0, count: zero };

  readonly #timeline: TimelineSlice[] = [];
  #sliceStart: { readonly atMs: number; readonly count: Counters } = this.#start;
  #sliceLongestQueue = 0;
  #sliceMaxWaitMs = 0;

  /** Moves the clock. */
  elapse(toMs: number): void {
    const ms = toMs - this.#nowMs;
    this.#nowMs = toMs;
    this.count.busyMs += this.#busy * ms;
    this.count.waitingMs += this.#waiting * ms;
  }

  granted(waitMs: number, holdMs: number): void {
    this.#busy += 1;
    this.count.served += 1;
    this.count.waitMs += waitMs;
    this.count.holdMs += holdMs;
    this.#waits.record(waitMs);
    if (waitMs > this.#sliceMaxWaitMs) this.#sliceMaxWaitMs = waitMs;
  }

  released(): void {
    this.#busy -= 1;
  }

  joined(): void {
    this.#waiting += 1;
    this.count.queued += 1;
    if (this.#waiting > this.#longestQueue) this.#longestQueue = this.#waiting;
    if (this.#waiting > this.#sliceLongestQueue) this.#sliceLongestQueue = this.#waiting;
  }

  left(): void {
    this.#waiting -= 1;
  }

  /** Leaves out of the figures what was until now; the timeline keeps it. */
  startMeasuring(): void {
    this.#start = { atMs: this.#nowMs, count: { ...this.count } };
    this.#waits.clear();
    this.#longestQueue = this.#waiting;
  }

  endSlice(): void {
    const { count: before, atMs } = this.#sliceStart;
    const served = this.count.served - before.served;
    this.#timeline.push({
      fromMs: atMs,
      longestQueue: this.#sliceLongestQueue,
      meanWaitMs: served > 0 ? (this.count.waitMs - before.waitMs) / served : 0,
      maxWaitMs: this.#sliceMaxWaitMs,
      served,
      failed: failures(this.count) - failures(before),
    });
    this.#sliceStart = { atMs: this.#nowMs, count: { ...this.count } };
    this.#sliceLongestQueue = this.#waiting;
    this.#sliceMaxWaitMs = 0;
  }

  /** The figures so far. */
  figures(): SimulationRun {
    const { count, atMs } = this.#start;
    const since = (name: keyof Counters) => this.count[name] - count[name];
    const ms = this.#nowMs - atMs;
    const served = since('served');
    const waits = this.#waits.counts();
    const quantileMs = (p: number) => Math.min(quantileOfWaits(waits, p), this.#waits.maxMs);
    return {
      requests: since('requests'),
      attempts: since('attempts'),
      served,
      rejected: since('rejected'),
      timedOut: since('timedOut'),
      refusedByServer: since('refusedByServer'),
      lost: since('lost'),
      waiting: this.#waiting,
      queued: since('queued'),
      waited: this.#waits.positive,
      answeredInTime: since('answeredInTime'),
      meanWaitMs: served > 0 ? since('waitMs') / served : 0,
      p50WaitMs: quantileMs(0.5),
      p95WaitMs: quantileMs(0.95),
      p99WaitMs: quantileMs(0.99),
      maxWaitMs: this.#waits.maxMs,
      meanHoldMs: served > 0 ? since('holdMs') / served : 0,
      meanBusy: ms > 0 ? since('busyMs') / ms : 0,
      meanQueue: ms > 0 ? since('waitingMs') / ms : 0,
      longestQueue: this.#longestQueue,
      waits,
      throughputPerSecond: ms > 0 ? (served / ms) * 1_000 : 0,
      timeline: [...this.#timeline],
    };
  }
}

function failures({ rejected, timedOut, refusedByServer }: Counters): number {
  return rejected + timedOut + refusedByServer;
}
