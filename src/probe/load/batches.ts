import type { Batch } from './model.ts';

const wanted = 100;
const leastMs = 50;
const mostMs = 1_000;

interface Served {
  readonly serviceMs: number;
  readonly waitMs: number;
  readonly waited: boolean;
}

/** Stretches of the window for intervals by batch means: about a hundred, none shorter than 50 ms or longer than 1 s. */
export class Batches {
  readonly #batchMs: number;
  readonly #batches: { completed: number; ended: number; waited: number; serviceMs: number; waitMs: number }[];

  constructor(windowMs: number) {
    this.#batchMs = Math.min(mostMs, Math.max(leastMs, windowMs / wanted));
    const count = Math.max(0, Math.ceil(windowMs / this.#batchMs - 1e-9));
    this.#batches = Array.from({ length: count }, () => ({
      completed: 0,
      ended: 0,
      waited: 0,
      serviceMs: 0,
      waitMs: 0,
    }));
  }

  add(sinceStartMs: number, served: Served): void {
    const batch = this.#batches[Math.floor(sinceStartMs / this.#batchMs)];
    if (!batch) return;
    batch.completed += 1;
    if (served.waited) batch.waited += 1;
    batch.serviceMs += served.serviceMs;
    batch.waitMs += served.waitMs;
  }

  ended(sinceStartMs: number): void {
    const batch = this.#batches[Math.floor(sinceStartMs / this.#batchMs)];
    if (batch) batch.ended += 1;
  }

  /** Only whole batches: half a batch would look like a slow one. */
  upTo(windowMs: number): { batchMs: number; batches: readonly Batch[] } {
    const over = Math.max(0, Math.floor(windowMs / this.#batchMs + 1e-9));
    return { batchMs: this.#batchMs, batches: this.#batches.slice(0, over) };
  }
}
