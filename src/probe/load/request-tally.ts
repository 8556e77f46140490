import type { LoadFailureKind } from '../../drivers/driver.ts';
import { type HdrData, HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { toMicroseconds } from '../../stats/hdr/microseconds.ts';
import type { StepPlan } from './model.ts';
import type { Request } from './request.ts';
import type { HistogramsOf } from './shard-run.ts';

/** Counts requests of a stretch of time: of the whole window, or of one second. */
export class RequestTally {
  readonly #isOpen: boolean;
  /** Opening is then a part of each request, and has a time of its own beside the wait. */
  readonly #isUnpooled: boolean;
  readonly #histogramsUs: HistogramsOf<HdrHistogram> = {
    lag: new HdrHistogram(),
    wait: new HdrHistogram(),
    connect: new HdrHistogram(),
    service: new HdrHistogram(),
    total: new HdrHistogram(),
  };
  readonly #failed: Partial<Record<LoadFailureKind, number>> = {};
  readonly #failureLabels: Record<string, number> = {};
  /** Of an open loop, like `unsent`. */
  sent = 0;
  unsent = 0;
  completed = 0;
  failures = 0;

  constructor({ load, unpooled = false }: Pick<StepPlan, 'load' | 'unpooled'>) {
    this.#isOpen = load.kind === 'open';
    this.#isUnpooled = unpooled;
  }

  /** `lateMs`: how late it was when it was given up, where that was why. */
  due(isSent: boolean, lateMs?: number): void {
    if (isSent) this.sent += 1;
    else this.unsent += 1;
    if (lateMs !== undefined) this.#histogramsUs.lag.record(toMicroseconds(lateMs));
  }

  /** A request that ended, and was not dropped. Returns how long it waited for its connection. */
  ended(request: Request): number {
    const { lag, service, total } = this.#histogramsUs;
    if (this.#isOpen) lag.record(toMicroseconds(request.askedMs - request.intendedMs));
    const waitMs = request.hasRun ? this.#acquired(request) : 0;
    const { outcome, intendedMs, gotMs, endMs } = request;
    if (outcome === 'served') {
      this.completed += 1;
      service.record(toMicroseconds(endMs - gotMs));
      total.record(toMicroseconds(endMs - intendedMs));
    } else if (outcome !== 'dropped') {
      this.failures += 1;
      this.#failed[outcome.kind] = (this.#failed[outcome.kind] ?? 0) + 1;
      this.#failureLabels[outcome.label] = (this.#failureLabels[outcome.label] ?? 0) + 1;
    }
    return waitMs;
  }

  get failed(): Readonly<Partial<Record<LoadFailureKind, number>>> {
    return { ...this.#failed };
  }

  get failureLabels(): Readonly<Record<string, number>> {
    return { ...this.#failureLabels };
  }

  get histogramsUs(): HistogramsOf<HdrData> {
    const { lag, wait, connect, service, total } = this.#histogramsUs;
    return {
      lag: lag.toData(),
      wait: wait.toData(),
      connect: connect.toData(),
      service: service.toData(),
      total: total.toData(),
    };
  }

  #acquired({ askedMs, gotMs, openedMs }: Request): number {
    const { wait, connect } = this.#histogramsUs;
    const untilGotMs = gotMs - askedMs;
    if (openedMs === undefined) {
      wait.record(toMicroseconds(untilGotMs));
      return untilGotMs;
    }
    connect.record(toMicroseconds(this.#isUnpooled ? openedMs : untilGotMs));
    if (!this.#isUnpooled) return 0;
    const waitMs = Math.max(0, untilGotMs - openedMs);
    wait.record(toMicroseconds(waitMs));
    return waitMs;
  }
}
