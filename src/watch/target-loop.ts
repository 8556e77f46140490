import { within } from '../base/deadline.ts';
import { PoolctlError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import { formatDuration } from '../base/units.ts';
import { connectionTarget } from '../engines/dsn-target.ts';
import { backoffMs } from '../pools/backoff.ts';
import type { PoolClock } from '../pools/clock.ts';
import type { TargetLook, Watcher } from './look.ts';
import type { OpenWatcher, WatchTarget } from './options.ts';
import { keepsConnection } from './phase.ts';
import { nextLookMs } from './schedule.ts';
import type { TargetState } from './state.ts';
import type { TargetRecord } from './target-record.ts';

type Failure = NonNullable<TargetState['failure']>;

export interface LoopSettings {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Of the first look, after the start. */
  readonly firstAfterMs: number;
  readonly clock: PoolClock;
  readonly open: OpenWatcher;
}

/** Between two tries to log in: full jitter from 1 s to 30 s. A naive loop tried 746 times a second. */
const backoffBaseMs = 1_000;
const backoffCapMs = 30_000;
/** The watcher knows better what it waited for, and speaks first. */
const deadlineMarginMs = 250;
/** A login asks several things in turn, each with its own limit. */
const stepsOfLogin = 4;

/** Looks at one target in its interval, on one connection that is kept, with at most one look under way. */
export class TargetLoop {
  readonly record: TargetRecord;
  readonly #target: WatchTarget;
  readonly #settings: LoopSettings;
  #dueMs: number;
  #watcher: Watcher | undefined;
  /** Known from looks before, for when the server is full. */
  #doorPorts: readonly number[] = [];
  #connection = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isPaused = false;
  #isClosed = false;
  #tries = 0;
  #retryAtMs = 0;

  constructor(target: WatchTarget, settings: LoopSettings, record: TargetRecord) {
    this.#target = target;
    this.#settings = settings;
    this.record = record;
    this.#dueMs = settings.clock.now() + settings.firstAfterMs;
    this.#timer = setTimeout(() => this.#tick(), settings.firstAfterMs);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const watcher = this.#watcher;
    if (this.#isLooking) this.#connection.abort();
    await watcher?.close().catch(() => {});
    this.#connection.abort();
  }

  #tick(): void {
    const { clock, intervalMs } = this.#settings;
    const nowMs = clock.now();
    this.#dueMs = nextLookMs(this.#dueMs, intervalMs, nowMs);
    this.#timer = setTimeout(() => this.#tick(), this.#dueMs - nowMs);
    if (this.#isPaused) return;
    if (this.#isLooking) this.record.skipped();
    else if (this.#watcher === undefined && nowMs < this.#retryAtMs) this.record.waited();
    else void this.#poll();
  }

  async #poll(): Promise<void> {
    this.#isLooking = true;
    const startedAtMs = this.#settings.clock.now();
    const outcome = await this.#attempt();
    this.#isLooking = false;
    if (this.#isClosed) return;
    const tookMs = this.#settings.clock.now() - startedAtMs;
    if ('failure' in outcome) this.record.failed(outcome.failure, tookMs);
    else this.record.answered(outcome.look, tookMs, this.#watcher?.door);
  }

  async #attempt(): Promise<{ look: TargetLook } | { failure: Failure }> {
    try {
      this.#watcher ??= await this.#logIn();
      const look = await this.#look(this.#watcher);
      this.#doorPorts = this.#watcher.doorPorts ?? [];
      this.#tries = 0;
      return { look };
    } catch (error) {
      const failure = failureOf(error);
      const isKept = this.#watcher !== undefined && this.#watcher.isOpen !== false && keepsConnection(failure.code);
      if (!isKept) this.#giveUp();
      return { failure };
    }
  }

  async #logIn(): Promise<Watcher> {
    const { server, kind } = this.#target;
    const { timeoutMs, intervalMs, open } = this.#settings;
    const { signal } = this.#connection;
    const opening = (async () => {
      const target = typeof server === 'function' ? await server() : connectionTarget(server);
      const doorPorts = this.#doorPorts;
      return open(target, { timeoutMs, intervalMs, signal, doorPorts, ...(kind === undefined ? {} : { kind }) });
    })();
    // One that comes after it was given up is closed.
    opening.then((watcher) => (signal.aborted ? watcher.close() : undefined)).catch(() => {});
    return this.#bounded(opening, stepsOfLogin * timeoutMs);
  }

  #look(watcher: Watcher): Promise<TargetLook> {
    return this.#bounded(watcher.look(), this.#settings.timeoutMs);
  }

  #bounded<T>(work: Promise<T>, ms: number): Promise<T> {
    return within(work, ms + deadlineMarginMs, this.#connection.signal, (reason) =>
      reason === 'aborted' ? new Error('closed') : silent(ms),
    );
  }

  /** Cuts the connection, whatever it waits for; the next one is tried for after a while. */
  #giveUp(): void {
    const { clock } = this.#settings;
    this.#connection.abort();
    this.#watcher?.close().catch(() => {});
    this.#watcher = undefined;
    this.#connection = new AbortController();
    this.#tries += 1;
    this.#retryAtMs = clock.now() + backoffMs(this.#tries, backoffBaseMs, backoffCapMs, clock.random());
  }
}

function silent(ms: number): PoolctlError {
  return new PoolctlError('SERVER_SILENT', `No answer within ${formatDuration(ms)}.`, {
    hint: 'The server hangs, or something in the path swallows packets. A slow path needs --timeout 30s.',
  });
}

function failureOf(error: unknown): Failure {
  const { code = 'QUERY_FAILED', message, hint } = error as { code?: string; message: string; hint?: string };
  return { code, message: redact(message), ...(hint === undefined ? {} : { hint: redact(hint) }) };
}
