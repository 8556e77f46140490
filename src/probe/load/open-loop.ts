import type { Loop } from './load-run.ts';
import { connectionsOf, type StepPlan } from './model.ts';
import type { Pump } from './pump.ts';
import type { Recorder } from './recorder.ts';
import type { Request } from './request.ts';
import type { ArrivalSchedule } from './schedule.ts';
import type { Traffic } from './traffic.ts';

/** A load that is sent later than that is not the load that was asked for. */
const mostLagMs = 1_000;
/** What was due longer before a load could begin is not sent any more: all at once it would be a burst. */
const mostStartLagMs = 100;
const leastQueue = 1_000;
const queuePerConnection = 10;

/** Beyond it the queue would only grow. A pool with limits of its own has none here: its refusals are what the run shows. */
export function mostWaiting(plan: Pick<StepPlan, 'pool' | 'instances' | 'unpooled'>): number {
  const { pool, unpooled = false } = plan;
  const { queueLimit, acquireTimeoutMs } = pool;
  const hasLimit = !unpooled && (queueLimit !== undefined || acquireTimeoutMs !== undefined);
  return hasLimit ? Number.POSITIVE_INFINITY : Math.max(leastQueue, queuePerConnection * connectionsOf(plan));
}

export interface OpenLoopParts {
  readonly traffic: Traffic;
  readonly recorder: Recorder;
  readonly schedule: ArrivalSchedule;
  readonly startMs: number;
  readonly mostWaiting: number;
  /** Calls `wake`. */
  readonly pump: Pump;
  readonly onOverCapacity: () => void;
}

/** Sends requests at the moments of the schedule, however long those before them take. */
export class OpenLoop implements Loop {
  readonly #parts: OpenLoopParts;
  readonly #spare: Request[] = [];
  #untilMs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(parts: OpenLoopParts) {
    this.#parts = parts;
  }

  start(): void {
    const { schedule, startMs, traffic, recorder } = this.#parts;
    const nowMs = traffic.now();
    for (let dueMs = startMs + schedule.nextMs; dueMs < nowMs - mostStartLagMs; dueMs = startMs + schedule.nextMs) {
      recorder.due(dueMs, false, nowMs - dueMs);
      schedule.advance();
    }
    this.wake();
  }

  stop(untilMs: number): void {
    this.#untilMs = untilMs;
    this.wake();
    this.#isStopped = true;
    this.#parts.pump.stop();
  }

  /** Sends all that is due. */
  wake(): void {
    if (this.#isStopped) return;
    const { schedule, startMs, traffic, pump } = this.#parts;
    const nowMs = traffic.now();
    for (let dueMs = startMs + schedule.nextMs; dueMs <= nowMs && dueMs < this.#untilMs; ) {
      const isLate = nowMs - dueMs > mostLagMs;
      if (isLate || traffic.pool.waiting > this.#parts.mostWaiting) {
        this.#giveUp(nowMs, isLate);
        return;
      }
      this.#send(dueMs);
      schedule.advance();
      dueMs = startMs + schedule.nextMs;
    }
    pump.wakeAt(startMs + schedule.nextMs);
  }

  #send(dueMs: number): void {
    const { traffic, recorder, schedule } = this.#parts;
    const request = this.#spare.pop() ?? traffic.request((ended) => this.#spare.push(ended));
    request.isCounted = recorder.due(dueMs, true);
    traffic.begin(request, traffic.instanceOf(schedule.ownCard), dueMs);
  }

  #giveUp(nowMs: number, isLate: boolean): void {
    const { schedule, startMs, recorder, onOverCapacity } = this.#parts;
    this.#isStopped = true;
    this.#parts.pump.stop();
    for (let dueMs = startMs + schedule.nextMs; dueMs <= Math.min(nowMs, this.#untilMs); ) {
      recorder.due(dueMs, false, isLate ? nowMs - dueMs : undefined);
      schedule.advance();
      dueMs = startMs + schedule.nextMs;
    }
    onOverCapacity();
  }
}
