import type { LoadFailure, LoadFailureKind } from '../../drivers/driver.ts';
import { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { toMicroseconds } from '../../stats/hdr/microseconds.ts';
import { Batches } from './batches.ts';
import type { StepPlan } from './model.ts';
import type { Request } from './request.ts';
import type { HistogramsOf, ShardCounts, UnderWay } from './shard-run.ts';

/** The moments between which a load counts; `toMs` comes nearer when it ends early. */
export interface Window {
  readonly fromMs: number;
  toMs: number;
}

/**
 * Counts what belongs to the window. An open loop's request belongs to it by the moment it was due, so that those that
 * are slow at the end are waited for; a closed loop's by the moment it ended, so that the rate is that of the window.
 */
export class Recorder {
  readonly #window: Window;
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
  readonly #batches: Batches;
  readonly #failed: Partial<Record<LoadFailureKind, number>> = {};
  readonly #failureLabels: Record<string, number> = {};
  #sent = 0;
  #unsent = 0;
  #completed = 0;
  #failures = 0;

  constructor(window: Window, { load, unpooled = false }: Pick<StepPlan, 'load' | 'unpooled'>) {
    this.#window = window;
    this.#isOpen = load.kind === 'open';
    this.#isUnpooled = unpooled;
    this.#batches = new Batches(window.toMs - window.fromMs);
  }

  /** An open loop sends a request, or does not send one that is due. Says whether it counts. */
  due(intendedMs: number, isSent: boolean): boolean {
    if (!this.#isWithin(intendedMs)) return false;
    if (isSent) this.#sent += 1;
    else this.#unsent += 1;
    return true;
  }

  ended(request: Request): void {
    if (request.outcome === 'served') this.#batches.ended(request.endMs - this.#window.fromMs);
    const isCounted = this.#isOpen ? request.isCounted : this.#isWithin(request.endMs);
    if (request.outcome === 'dropped' || !isCounted) return;
    if (this.#isOpen) this.#histogramsUs.lag.record(toMicroseconds(request.askedMs - request.intendedMs));
    const waitMs = request.hasRun ? this.#acquired(request) : 0;
    if (request.outcome === 'served') this.#served(request, waitMs);
    else this.#countFailure(request.outcome);
  }

  /** `left`: what never came back. */
  counts(left: UnderWay): ShardCounts {
    const { fromMs, toMs } = this.#window;
    const ended = this.#completed + this.#failures;
    const unfinished = this.#isOpen ? this.#sent - ended : left.inFlight;
    return {
      measuredMs: Math.max(0, toMs - fromMs),
      requests: ended + unfinished + this.#unsent,
      completed: this.#completed,
      failed: { ...this.#failed },
      failureLabels: { ...this.#failureLabels },
      unsent: this.#unsent,
      unfinished,
      stillWaiting: Math.max(0, unfinished - left.running),
      ...this.#batches.upTo(toMs - fromMs),
      histogramsUs: {
        lag: this.#histogramsUs.lag.toData(),
        wait: this.#histogramsUs.wait.toData(),
        connect: this.#histogramsUs.connect.toData(),
        service: this.#histogramsUs.service.toData(),
        total: this.#histogramsUs.total.toData(),
      },
    };
  }

  #isWithin(momentMs: number): boolean {
    return momentMs >= this.#window.fromMs && momentMs < this.#window.toMs;
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

  #served({ intendedMs, gotMs, endMs, foundFull }: Request, waitMs: number): void {
    this.#completed += 1;
    this.#histogramsUs.service.record(toMicroseconds(endMs - gotMs));
    this.#histogramsUs.total.record(toMicroseconds(endMs - intendedMs));
    this.#batches.add((this.#isOpen ? intendedMs : endMs) - this.#window.fromMs, {
      serviceMs: endMs - gotMs,
      waitMs,
      waited: foundFull,
    });
  }

  #countFailure({ kind, label }: LoadFailure): void {
    this.#failures += 1;
    this.#failed[kind] = (this.#failed[kind] ?? 0) + 1;
    this.#failureLabels[label] = (this.#failureLabels[label] ?? 0) + 1;
  }
}
