import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted, within } from '../../base/deadline.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LoadDriver, LoadTarget } from '../../drivers/driver.ts';
import type { Control, Look } from '../control/control.ts';
import type { OnProbeEvent } from '../events.ts';
import type { StepPlan, StepRun, Tick } from '../load/model.ts';
import { runStep } from '../load/run-step.ts';
import { quantileMs } from '../quantile-ms.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import { createWatch, type StopReason, type Watch, type WatchLimits } from './watch.ts';

const lookEveryMs = 500;
/** The longest wait for a cancel: a server that hangs does not answer one, and the result has to wait for it. */
const cancelMs = 1_000;
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
}

/** Where loads are put on the server one after the other, watched by the control connection, and cleaned up after. */
export class Bench {
  readonly parts: BenchParts;
  readonly #over = new AbortController();
  readonly #watch: Watch;
  /** Process ids of all sessions that were ever opened here. */
  readonly #sessions = new Set<number>();
  readonly #startedAt: number;
  #cancelled = 0;
  /** The control connection had no answer to what cannot wait. */
  #isSilent = false;
  /** Why the guard ended it, and the error behind that, if there is one. */
  stoppedBy: StopReason | { readonly guard: 'control-lost'; readonly message: string } | undefined;
  failure: unknown;

  constructor(parts: BenchParts) {
    this.parts = parts;
    this.#watch = createWatch(parts.limits, parts.baseline);
    this.#startedAt = parts.now();
    const { interrupted, crashed } = parts;
    whenAborted(interrupted, () => this.#over.abort());
    if (crashed) whenAborted(crashed, () => this.#fail(crashed.reason));
  }

  /** Interrupted or stopped: no more load. */
  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Then another control connection has to clean up. */
  get hasLostControl(): boolean {
    return this.#isSilent || this.stoppedBy?.guard === 'control-lost';
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
    if (this.isOver) return undefined;
    const { driver, to, workload, onEvent, now } = this.parts;
    const seconds = (plan.warmupMs + plan.durationMs) / 1_000;
    onEvent({ type: 'step-started', label, pool: plan.pool, seconds });
    let last: Tick | undefined;
    let own: readonly number[] = [];
    const isDone = new AbortController();
    const { onLook } = options;
    const watching = this.#watchUntil(isDone.signal, () => ({ tick: last, own, onLook }));
    try {
      const { run } = await runStep({
        to: options.via ? { ...to, via: options.via } : to,
        driver,
        workload,
        plan,
        signal: this.#over.signal,
        now,
        onTick: (tick) => {
          last = tick;
          own = tick.processIds;
          this.seen(own);
          onEvent({ type: 'tick', label, tick });
          options.onTick?.(tick);
        },
        onSessions: (processIds) => {
          own = processIds;
          this.seen(processIds);
        },
        onStuck: () => this.cancel(own),
      });
      const { completed, measuredMs, histogramsUs } = run;
      onEvent({
        type: 'step-finished',
        label,
        ratePerSecond: measuredMs > 0 ? (completed * 1_000) / measuredMs : 0,
        ...withoutUndefined({ p95Ms: quantileMs(histogramsUs.service, 0.95) }),
      });
      // A step that ended in its warm-up has measured nothing.
      return run.requests > 0 ? run : undefined;
    } catch (error) {
      this.#fail(error);
      return undefined;
    } finally {
      isDone.abort();
      await watching;
    }
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

  async #watchUntil(
    done: AbortSignal,
    state: () => { readonly tick: Tick | undefined; readonly own: readonly number[] } & Pick<StepOptions, 'onLook'>,
  ): Promise<void> {
    const { now, control } = this.parts;
    while (!done.aborted && !this.isOver) {
      await sleep(lookEveryMs, undefined, { signal: done }).catch(() => {});
      if (done.aborted || this.isOver) return;
      try {
        // A step that is over does not wait for an answer that may not come.
        const look = await unlessAborted(control.look(state().own), done);
        const { tick, onLook } = state();
        onLook?.(look);
        const reason = tick && this.#watch.check(look, tick, now() - this.#startedAt);
        if (reason && !done.aborted) this.stop(reason);
      } catch (error) {
        if (done.aborted) return;
        const message = error instanceof Error ? error.message : String(error);
        this.stop({ guard: 'control-lost', message: `The control connection was lost: ${message}` }, error);
      }
    }
  }
}

function whenAborted(signal: AbortSignal, call: () => void): void {
  if (signal.aborted) call();
  else signal.addEventListener('abort', call, { once: true });
}
