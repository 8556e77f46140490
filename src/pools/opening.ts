import { mayTry } from './circuit.ts';
import type { PoolContext } from './context.ts';
import { CircuitOpenError } from './errors.ts';
import type { Generation } from './generation.ts';
import type { Lease } from './lease.ts';
import type { Claimant } from './ledger.ts';
import type { RequestLine } from './request-line.ts';

/** Whether and when an entry opens connections: its limit, its circuit, a full server, and the budget decide. */
export class Opening {
  readonly #id: string;
  readonly #context: PoolContext;
  readonly #line: RequestLine<Lease>;
  readonly #claimant: Claimant;
  #timer: NodeJS.Timeout | undefined;

  constructor(id: string, context: PoolContext, line: RequestLine<Lease>, claimant: Claimant) {
    this.#id = id;
    this.#context = context;
    this.#line = line;
    this.#claimant = claimant;
  }

  /** Begins to open one more, where it may be; `wasBlocked`: that the budget is used up was told before. */
  begin(generation: Generation, wasBlocked: boolean): boolean {
    if (!this.#mayBegin(generation)) return false;
    const { ledger, events, settings } = this.#context;
    const scope = ledger.take(generation.connections.server);
    if (scope) {
      const budget = scope === 'server' ? settings.perServer : settings.total;
      if (!wasBlocked) events.emit('budget.exhausted', { id: this.#id, generation: generation.number, scope, budget });
      ledger.block(this.#claimant, scope);
      return false;
    }
    this.#line.first?.acquire.connects();
    generation.open();
    return true;
  }

  #mayBegin({ vitals, size, limit, connecting, connections }: Generation): boolean {
    const now = this.#context.clock.now();
    if (size >= limit || (vitals.isFull && connecting > 0)) return false;
    if (now < vitals.fullUntilMs) {
      this.#retryAt(vitals.fullUntilMs);
      return false;
    }
    if (mayTry(vitals.circuit, now)) return true;
    const { state, retryAtMs } = vitals.circuit;
    // What is out may come back; without it, only who made the trial waits for it.
    if (connections.live === 0) {
      const error = new CircuitOpenError(this.#id, vitals.retryAfterMs, vitals.lastError);
      this.#line.failAll(error, 'connect', state === 'half-open' ? 1 : 0);
    } else if (retryAtMs !== undefined) this.#retryAt(retryAtMs);
    return false;
  }

  #retryAt(atMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#claimant.dispatch(), atMs - this.#context.clock.now() + 1).unref();
  }
}
