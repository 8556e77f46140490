import { joinSlices } from './join.ts';
import type { StepPlan } from './model.ts';
import { RequestTally } from './request-tally.ts';
import type { ShardSlice } from './shard-run.ts';

const sliceMs = 1_000;

/**
 * The seconds of a window, each with histograms of its own. One that nothing is to come for is kept as data: a minute of
 * histograms would take tens of megabytes.
 */
export class Slices {
  readonly #plan: Pick<StepPlan, 'load' | 'unpooled'>;
  readonly #isOpen: boolean;
  readonly #counting = new Map<number, RequestTally>();
  readonly #over: ShardSlice[] = [];
  #latest = -1;

  constructor(plan: Pick<StepPlan, 'load' | 'unpooled'>) {
    this.#plan = plan;
    this.#isOpen = plan.load.kind === 'open';
  }

  /** What counts the second that a moment of the window lies in. */
  at(sinceStartMs: number): RequestTally {
    const second = Math.floor(sinceStartMs / sliceMs);
    if (second > this.#latest) {
      this.#latest = second;
      this.#keepOver();
    }
    let tally = this.#counting.get(second);
    if (!tally) {
      // Of a second that is kept already it counts what came after; both are one in the end.
      tally = new RequestTally(this.#plan);
      this.#counting.set(second, tally);
    }
    return tally;
  }

  /** Whole seconds only: a part of one would look like a slow one. */
  upTo(windowMs: number): readonly ShardSlice[] {
    for (const second of [...this.#counting.keys()]) this.#keep(second);
    const whole = Math.max(0, Math.floor(windowMs / sliceMs + 1e-9));
    return Array.from(
      { length: whole },
      (_, second) => this.#over[second] ?? sliceOf(new RequestTally(this.#plan), true),
    );
  }

  #keepOver(): void {
    for (const [second, { sent, completed, failures }] of this.#counting) {
      const isPending = this.#isOpen && sent > completed + failures;
      if (second < this.#latest && !isPending) this.#keep(second);
    }
  }

  #keep(second: number): void {
    const tally = this.#counting.get(second);
    if (!tally) return;
    this.#counting.delete(second);
    const slice = sliceOf(tally, this.#isOpen);
    const before = this.#over[second];
    this.#over[second] = before ? joinSlices([before, slice]) : slice;
  }
}

function sliceOf(tally: RequestTally, isOpen: boolean): ShardSlice {
  const { sent, unsent, completed, failures, failed, failureLabels, histogramsUs } = tally;
  const requests = isOpen ? sent + unsent : completed + failures;
  return { requests, completed, failed, failureLabels, unsent, histogramsUs };
}
