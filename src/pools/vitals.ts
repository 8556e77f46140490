import { afterFailure, afterTrying, type Circuit, closedCircuit } from './circuit.ts';
import type { PoolContext } from './context.ts';
import type { PoolEventMap } from './events.ts';
import type { FailureKind } from './failure-kind.ts';
import { reachableAfter } from './health.ts';
import type { PoolHealth, Reachable } from './report.ts';

/** A full server is asked again after 1 to 5 s. */
const fullMs = { least: 1_000, most: 5_000 };

type OfVitals = 'health.changed' | 'circuit.changed' | 'pool.degraded' | 'pool.recovered';

/** Tells an event of the pool that the vitals are of. */
export interface VitalsListener {
  tell<Name extends OfVitals>(name: Name, event: Omit<PoolEventMap[Name], 'id' | 'generation'>): void;
  health(): PoolHealth;
}

/** What attempts to connect and answers tell of a server, as one pool sees it. */
export class Vitals {
  circuit: Circuit = closedCircuit;
  reachable: Reachable = 'unknown';
  /** Since when it is so: ms since 1970. */
  sinceMs: number;
  lastFailure: FailureKind | undefined;
  /** The error of the last attempt to connect, where it failed. */
  lastError: unknown;
  answeredAtMs: number | undefined;
  /** The server was full: no connection is opened before. */
  fullUntilMs = 0;
  /** It was full at the last attempt. The next attempts go one by one, to leave places to others. */
  isFull = false;
  readonly #context: PoolContext;
  readonly #listener: VitalsListener;
  #failures = 0;
  #degradedAtMs: number | undefined;

  constructor(context: PoolContext, listener: VitalsListener) {
    this.#context = context;
    this.#listener = listener;
    this.sinceMs = context.clock.wallMs();
  }

  get retryAfterMs(): number | undefined {
    const { retryAtMs } = this.circuit;
    return retryAtMs === undefined ? undefined : Math.max(0, retryAtMs - this.#context.clock.now());
  }

  trying(): void {
    this.#turn(afterTrying(this.circuit));
  }

  connected(): void {
    this.lastError = undefined;
    this.isFull = false;
    this.#turn(closedCircuit);
    this.answered();
  }

  answered(): void {
    this.answeredAtMs = this.#context.clock.now();
    this.#failures = 0;
    this.lastFailure = undefined;
    this.#reach(reachableAfter(this.reachable, 'answer'));
  }

  connectFailed(kind: FailureKind, error: unknown): void {
    const { clock, settings } = this.#context;
    this.lastError = error;
    this.isFull = kind === 'full';
    if (this.isFull) {
      this.lastFailure = kind;
      this.fullUntilMs = clock.now() + fullMs.least + clock.random() * (fullMs.most - fullMs.least);
    } else this.failed(kind);
    this.#turn(afterFailure(this.circuit, kind, settings, clock.now(), clock.random()));
  }

  failed(kind: FailureKind): void {
    this.#failures += 1;
    this.lastFailure = kind;
    this.#reach(reachableAfter(this.reachable, { failures: this.#failures }));
  }

  /** A check found no connection open. */
  foundEmpty(): void {
    this.#reach(reachableAfter(this.reachable, 'empty'));
  }

  #reach(to: Reachable): void {
    const from = this.reachable;
    if (from === to) return;
    this.reachable = to;
    this.sinceMs = this.#context.clock.wallMs();
    this.#listener.tell('health.changed', { from, to, health: this.#listener.health() });
  }

  #turn(circuit: Circuit): void {
    const from = this.circuit.state;
    const to = circuit.state;
    this.circuit = circuit;
    if (from === to) return;
    const now = this.#context.clock.now();
    const { retryAfterMs } = this;
    const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
    this.#listener.tell('circuit.changed', { from, to, ...retry });
    if (from === 'closed') {
      this.#degradedAtMs = now;
      this.#listener.tell('pool.degraded', { failure: circuit.lastFailure ?? 'other', ...retry });
    } else if (to === 'closed') {
      this.#listener.tell('pool.recovered', { degradedMs: now - (this.#degradedAtMs ?? now) });
    }
  }
}
