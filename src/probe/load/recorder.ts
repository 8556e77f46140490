import { Batches } from './batches.ts';
import type { StepPlan } from './model.ts';
import type { Request } from './request.ts';
import { RequestTally } from './request-tally.ts';
import type { ShardCounts, ShardSlice, UnderWay } from './shard-run.ts';
import { Slices } from './slices.ts';

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
  readonly #whole: RequestTally;
  readonly #slices: Slices | undefined;
  readonly #batches: Batches;

  constructor(window: Window, plan: Pick<StepPlan, 'load' | 'unpooled'>, hasSlices = false) {
    this.#window = window;
    this.#isOpen = plan.load.kind === 'open';
    this.#whole = new RequestTally(plan);
    this.#slices = hasSlices ? new Slices(plan) : undefined;
    this.#batches = new Batches(window.toMs - window.fromMs);
  }

  /**
   * An open loop sends a request, or does not send one that is due; `lateMs` where it would have been sent so late. Says whether
   * it counts.
   */
  due(intendedMs: number, isSent: boolean, lateMs?: number): boolean {
    if (!this.#isWithin(intendedMs)) return false;
    this.#whole.due(isSent, lateMs);
    this.#slices?.at(intendedMs - this.#window.fromMs).due(isSent, lateMs);
    return true;
  }

  ended(request: Request): void {
    const { outcome, isCounted, intendedMs, gotMs, endMs, foundFull } = request;
    const { fromMs } = this.#window;
    if (outcome === 'served') this.#batches.ended(endMs - fromMs);
    if (outcome === 'dropped' || !(this.#isOpen ? isCounted : this.#isWithin(endMs))) return;
    const sinceStartMs = (this.#isOpen ? intendedMs : endMs) - fromMs;
    const waitMs = this.#whole.ended(request);
    this.#slices?.at(sinceStartMs).ended(request);
    if (outcome === 'served') {
      this.#batches.add(sinceStartMs, { serviceMs: endMs - gotMs, waitMs, waited: foundFull });
    }
  }

  /** `left`: what never came back. */
  counts(left: UnderWay): ShardCounts {
    const { fromMs, toMs } = this.#window;
    const { sent, unsent, completed, failures, failed, failureLabels, histogramsUs } = this.#whole;
    const ended = completed + failures;
    const unfinished = this.#isOpen ? sent - ended : left.inFlight;
    return {
      measuredMs: Math.max(0, toMs - fromMs),
      requests: ended + unfinished + unsent,
      ...{ completed, failed, failureLabels, unsent, unfinished },
      stillWaiting: Math.max(0, unfinished - left.running),
      ...this.#batches.upTo(toMs - fromMs),
      histogramsUs,
    };
  }

  /** The whole seconds of the window, where they were asked for. */
  slices(): readonly ShardSlice[] | undefined {
    return this.#slices?.upTo(this.#window.toMs - this.#window.fromMs);
  }

  #isWithin(momentMs: number): boolean {
    return momentMs >= this.#window.fromMs && momentMs < this.#window.toMs;
  }
}
