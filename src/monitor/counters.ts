import { HdrHistogram } from '../stats/hdr/hdr-histogram.ts';
import { toMicroseconds } from '../stats/hdr/microseconds.ts';
import type { AcquireFacts, AcquireFailure, ConnectFacts } from './facts.ts';

/** Times of one kind: an exact count and sum, and a histogram that knows each time to 0.1 %. */
export class Times {
  readonly histogram = new HdrHistogram();
  sumMs = 0;
  maxMs = 0;

  get count(): number {
    return this.histogram.count;
  }

  add(ms: number): void {
    this.histogram.record(toMicroseconds(ms));
    this.sumMs += ms;
    if (ms > this.maxMs) this.maxMs = ms;
  }
}

const mostErrorTypes = 50;

/** All that is counted of one pool since it is observed. Metrics, snapshots and recordings read these and nothing else. */
export class PoolCounters {
  asked = 0;
  granted = 0;
  readonly failed: Record<AcquireFailure, number> = {
    timeout: 0,
    refused: 0,
    closed: 0,
    connect: 0,
    aborted: 0,
    other: 0,
  };
  /** By code or class of the error. */
  readonly errorTypes = new Map<string, number>();
  returned = 0;
  /** Given back to be closed, or closed while in use. */
  destroyed = 0;
  connected = 0;
  connectFailed = 0;
  closed = 0;
  leaksReported = 0;
  releasedInTransaction = 0;
  /** Of those that had to wait in the queue. */
  readonly queued = new Times();
  /** Of every connection that was seen opening. */
  readonly connecting = new Times();
  /** Of every acquire that got a connection: OpenTelemetry's wait_time. */
  readonly wait = new Times();
  readonly use = new Times();

  grant({ queuedMs = 0, waitMs = 0 }: AcquireFacts): void {
    this.granted += 1;
    this.wait.add(waitMs);
    if (queuedMs > 0) this.queued.add(queuedMs);
  }

  end({ outcome, useMs, errorType }: AcquireFacts): void {
    if (useMs !== undefined) this.use.add(useMs);
    if (outcome === 'returned') this.returned += 1;
    else if (outcome === 'destroyed') this.destroyed += 1;
    else if (outcome !== 'waiting' && outcome !== 'held') {
      this.failed[outcome] += 1;
      if (errorType !== undefined) this.#countError(errorType);
    }
  }

  /** Codes are few; what makes up a new one each time is one kind. */
  #countError(errorType: string): void {
    const known = this.errorTypes.has(errorType) || this.errorTypes.size < mostErrorTypes;
    const name = known ? errorType : 'other';
    this.errorTypes.set(name, (this.errorTypes.get(name) ?? 0) + 1);
  }

  connect({ tookMs, errorType }: ConnectFacts): void {
    if (errorType !== undefined) {
      this.connectFailed += 1;
      return;
    }
    this.connected += 1;
    if (tookMs !== undefined) this.connecting.add(tookMs);
  }
}
