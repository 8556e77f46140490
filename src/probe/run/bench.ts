import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted, within } from '../../base/deadline.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LoadDriver, LoadTarget } from '../../drivers/driver.ts';
import type { Control, Look } from '../control/control.ts';
import type { OnProbeEvent } from '../events.ts';
import type { StepPlan, StepRun, Tick } from '../load/model.ts';
import { runStep } from '../load/run-step.ts';
import type { StepOutcome, StepPart } from '../load/step.ts';
import { quantileMs } from '../quantile-ms.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import { askedLook, type Progress, progressOf } from './look-out.ts';
import { createWatch, type StopReason, type Watch, type WatchLimits } from './watch.ts';

const lookEveryMs = 500;
/** The longest wait for a cancel: a server that hangs does not answer one, and the result has to wait for it. */
const cancelMs = 1_000;
/** Ticks come every 250 ms: what lies between two of them is no pause yet. */
const leastStillMs = 500;
const never = new AbortController().signal;

interface BenchParts {
  readonly control: Control;
  readonly driver: LoadDriver;
  readonly to: LoadTarget;
  readonly workload: ProbeWorkload;
  readonly limits: WatchLimits;
  readonly baseline: Look;
  /** The user's signal. */
  readonly interrupted: AbortSignal;
  /** Aborted by an error that nobody caught. */
  readonly crashed?: AbortSignal | undefined;
  readonly onEvent: OnProbeEvent;
  readonly now: () => number;
}

export interface StepOptions {
  readonly via?: LoadTarget['via'];
  readonly onTick?: (tick: Tick) => void;
  readonly onLook?: ((look: Look) => void) | undefined;
  /** This process's part, where the plan is that of several. */
  readonly part?: StepPart;
}

/** Where loads are put on the server one after the other, watched by the control connection, and cleaned up after. */
export class Bench {
  readonly parts: BenchParts;
  readonly #over = new AbortController();
  readonly #watch: Watch;
  /** Process ids of all sessions that were ever opened here. */
  readonly #sessions = new Set<number>();
  readonly #startedAt: number;
  readonly #ended = new AbortController();
  readonly #progress: Progress;
  readonly #stills: number[] = [];
  /** Of the step that runs: its last tick, its sessions, who wants to see looks. */
  #tick: Tick | undefined;
  #own: readonly number[] = [];
  #onLook: StepOptions['onLook'];
  #pending: Promise<void> = Promise.resolve();
  #cancelled = 0;
  /** The control connection had no answer to what cannot wait. */
  #isSilent = false;
  #wasSilent = false;
  /** Why the guard ended it, and the error behind that, if there is one. */
  stoppedBy: StopReason | { readonly guard: 'control-lost'; readonly message: string } | undefined;
  failure: unknown;

  constructor(parts: BenchParts) {
    this.parts = parts;
    this.#watch = createWatch(parts.limits, parts.baseline);
    this.#startedAt = parts.now();
    this.#progress = progressOf(parts.now);
    const { interrupted, crashed } = parts;
    whenAborted(interrupted, () => this.#over.abort());
    if (crashed) whenAborted(crashed, () => this.#fail(crashed.reason));
    void this.#watchOver();
  }

  /** Interrupted or stopped: no more load. */
  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Then another control connection has to clean up. */
  get hasLostControl(): boolean {
    return this.#isSilent || this.stoppedBy?.guard === 'control-lost';
  }

  /** A look had no answer, which may be a pause of the server. */
  get wasSilent(): boolean {
    return this.#wasSilent;
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  stop(reason: NonNullable<Bench['stoppedBy']>, failure?: unknown): void {
    if (this.isOver) return;
    this.stoppedBy = reason;
    this.failure = failure;
    this.parts.onEvent({ type: 'stopped', message: reason.message });
    this.#over.abort();
  }

  /** What the server refused is the end of the load; what was measured before it stays. */
  #fail(failure: unknown): void {
    if (this.isOver) return;
    this.stoppedBy = { guard: 'error', message: failure instanceof Error ? failure.message : String(failure) };
    this.failure = failure;
    this.#over.abort();
  }

  /** All sessions that were ever opened, by process id. */
  get sessions(): readonly number[] {
    return [...this.#sessions];
  }

  /** How many of them did not end by themselves. */
  get cancelled(): number {
    return this.#cancelled;
  }

  /** Counts sessions that are opened beside the steps. */
  seen(processIds: readonly number[]): void {
    for (const id of processIds) this.#sessions.add(id);
  }

  /** Runs one stretch of load. Returns what was counted until an early end, and undefined where that is nothing. */
  async step(label: string, plan: StepPlan, options: StepOptions = {}): Promise<StepRun | undefined> {
    const outcome = await this.outcome(label, plan, options);
    // A step that ended in its warm-up has measured nothing.
    return outcome && outcome.run.requests > 0 ? outcome.run : undefined;
  }

  /** The same with what beside the counts is known of it; undefined only where it failed. */
  async outcome(label: string, plan: StepPlan, options: StepOptions = {}): Promise<StepOutcome | undefined> {
    if (this.isOver) return undefined;
    const { driver, to, workload, onEvent, now } = this.parts;
    const seconds = (plan.warmupMs + plan.durationMs) / 1_000;
    onEvent({ type: 'step-started', label, pool: plan.pool, seconds });
    this.#own = [];
    this.#onLook = options.onLook;
    this.#progress.begin(options.part?.startMs);
    const stillBefore = this.#stills.length;
    try {
      const outcome = await runStep({
        to: options.via ? { ...to, via: options.via } : to,
        driver,
        workload,
        plan,
        ...withoutUndefined({ part: options.part }),
        signal: this.#over.signal,
        now,
        onTick: (tick) => {
          this.#tick = tick;
          this.#own = tick.processIds;
          this.seen(this.#own);
          this.#progress.tick(tick.completed + tick.failed);
          onEvent({ type: 'tick', label, tick });
          options.onTick?.(tick);
        },
        onSessions: (processIds) => {
          this.#own = processIds;
          this.seen(processIds);
        },
        onStuck: () => this.cancel(this.#own),
      });
      // A server that has stopped just before the end shows in a look that is still without an answer.
      await unlessAborted(this.#pending, this.#over.signal).catch(() => {});
      const { run } = outcome;
      const { completed, measuredMs, histogramsUs } = run;
      onEvent({
        type: 'step-finished',
        label,
        ratePerSecond: measuredMs > 0 ? (completed * 1_000) / measuredMs : 0,
        ...withoutUndefined({ p95Ms: quantileMs(histogramsUs.service, 0.95) }),
      });
      const fatal = this.#watch.failed(run.failed);
      if (fatal) this.stop(fatal);
      return this.#stills.length > stillBefore ? { ...outcome, run: { ...run, stoodStill: true } } : outcome;
    } catch (error) {
      this.#fail(error);
      return undefined;
    } finally {
      this.#tick = undefined;
      this.#own = [];
      this.#onLook = undefined;
      this.#progress.end();
    }
  }

  /** The clean-up begins: nothing is stopped any more. */
  endWatch(): void {
    this.#ended.abort();
  }

  /** How long the server stood still, each time that it did under load; in ms. */
  get stills(): readonly number[] {
    return this.#stills;
  }

  /** Stops the statements of these sessions, through the control connection. */
  async cancel(processIds: readonly number[]): Promise<void> {
    const { control } = this.parts;
    if (this.hasLostControl) return;
    await within(control.cancel(processIds), cancelMs, never, () => new Error('no answer')).then(
      () => {
        this.#cancelled += processIds.length;
      },
      // The clean-up looks again, by another connection because this one does not answer.
      () => {
        this.#isSilent = true;
      },
    );
  }

  /** Looks at the server twice a second from the first thing that is done on it to the clean-up, between steps too. */
  async #watchOver(): Promise<void> {
    const { control, now, baseline } = this.parts;
    const done = AbortSignal.any([this.#over.signal, this.#ended.signal]);
    while (!done.aborted) {
      await sleep(lookEveryMs, undefined, { signal: done }).catch(() => {});
      if (done.aborted) return;
      const looking = askedLook(
        () => control.look(this.#own),
        now,
        (ageMs) => this.#waitFor(ageMs),
      );
      const judged = looking.answer.then(
        (look) => this.#judge(look, looking.ageMs(), baseline),
        (error: unknown) => this.#loseControl(error),
      );
      this.#pending = judged;
      await unlessAborted(judged, done).catch(() => {});
    }
  }

  #waitFor(ageMs: number): void {
    const reason = this.#watch.wait(ageMs);
    if (!reason || this.#ended.signal.aborted) return;
    this.#isSilent = true;
    this.#wasSilent = true;
    this.stop(reason);
  }

  #judge(look: Look, ageMs: number, { tookMs: before }: Look): void {
    if (this.#ended.signal.aborted) return;
    this.#onLook?.(look);
    if (isStanding(ageMs, before, this.#progress)) this.#stills.push(ageMs);
    const reason = this.#watch.check(look, this.#tick, this.parts.now() - this.#startedAt);
    if (reason) this.stop(reason);
  }

  #loseControl(error: unknown): void {
    if (this.#ended.signal.aborted || this.isOver) return;
    const message = error instanceof Error ? error.message : String(error);
    this.stop({ guard: 'control-lost', message: `The control connection was lost: ${message}` }, error);
  }
}

/**
 * A look takes some ms; that of a server at its limit may take more, but then requests end meanwhile. One that was asked late
 * in a short pause waits for the rest of it only: then the load tells, where it does much more in that time otherwise.
 */
function isStanding(ageMs: number, before: number, progress: Progress): boolean {
  const stillMs = progress.stillMs(ageMs);
  if (stillMs < leastStillMs) return false;
  const isLong = ageMs > 300 && ageMs > 10 * before;
  return isLong || (ageMs > 100 && ageMs > 3 * before && stillMs > 20 * progress.usualMs());
}

function whenAborted(signal: AbortSignal, call: () => void): void {
  if (signal.aborted) call();
  else signal.addEventListener('abort', call, { once: true });
}
