import type { ObservedAcquire } from './acquire.ts';
import type { CheckoutEventKind } from './events.ts';
import type { PoolSizes } from './facts.ts';
import type { Borrowers, PoolObserver, ReleaseFacts } from './observer.ts';
import { borrowerStack } from './stack.ts';

export interface LeakOptions {
  /** How long a connection is held before it is reported, in ms: 60,000 by default, 2,000 or more; 0 for no reports. */
  readonly afterMs?: number;
  /**
   * Whose stacks are taken: `auto` (default) takes one in 20, and every one while 80 % of the connections are in use: a
   * leak comes back to its place, and a stack costs several microseconds.
   */
  readonly stacks?: 'auto' | 'always' | 'off';
}

const defaultAfterMs = 60_000;
const shortestAfterMs = 2_000;
const oneIn = 20;
const busyRatio = 0.8;

/** Who borrows the connections of one pool, and which of them do not come back. It reports, and takes nothing away. */
export class LeakWatch implements Borrowers {
  readonly #observer: PoolObserver;
  readonly #afterMs: number;
  readonly #stacks: NonNullable<LeakOptions['stacks']>;
  readonly #tell: (kind: CheckoutEventKind, acquire: ObservedAcquire) => boolean;
  #turn = 0;
  #busyFrom = Number.POSITIVE_INFINITY;

  /** `tell` says whether the report got through. @throws RangeError for an afterMs from 1 to 1,999 */
  constructor(
    observer: PoolObserver,
    { afterMs = defaultAfterMs, stacks = 'auto' }: LeakOptions,
    tell: (kind: CheckoutEventKind, acquire: ObservedAcquire) => boolean,
  ) {
    checkAfterMs(afterMs);
    this.#observer = observer;
    this.#afterMs = afterMs;
    this.#stacks = stacks;
    this.#tell = tell;
  }

  asked(acquire: ObservedAcquire): void {
    if (this.#takesStack()) acquire.trace = borrowerStack();
  }

  released(acquire: ObservedAcquire, { isInTransaction }: ReleaseFacts): void {
    if (acquire.isReported) this.#tell('returned-after-all', acquire);
    if (isInTransaction) this.#tell('released-in-transaction', acquire);
  }

  /** Reports those that are overdue, each once. Held connections stand in the order in which they were granted. */
  sweep({ limit }: PoolSizes): void {
    if (limit !== undefined) this.#busyFrom = busyRatio * limit;
    if (this.#afterMs === 0) return;
    const nowMs = this.#observer.now();
    for (const acquire of this.#observer.held.values()) {
      if (acquire.heldForMs(nowMs) < this.#afterMs) break;
      if (acquire.isLongLived || acquire.isOverdue) continue;
      acquire.isOverdue = true;
      this.#observer.counters.leaksReported += 1;
      acquire.isReported = this.#tell('leak', acquire);
    }
  }

  #takesStack(): boolean {
    if (this.#stacks !== 'auto') return this.#stacks === 'always';
    this.#turn = (this.#turn + 1) % oneIn;
    return this.#turn === 0 || this.#observer.held.size >= this.#busyFrom;
  }
}

/** How many are held for longer than a report takes, those that are long-lived on purpose left out. */
export function overdueCount(observer: PoolObserver): number {
  let count = 0;
  for (const acquire of observer.held.values()) if (acquire.isOverdue) count += 1;
  return count;
}

export function checkAfterMs(afterMs: number): void {
  if (afterMs === 0 || afterMs >= shortestAfterMs) return;
  throw new RangeError(
    `leak.afterMs is ${afterMs}: below ${shortestAfterMs} ms ordinary work would be reported. Give ${shortestAfterMs} or more, or 0 for no reports.`,
  );
}
