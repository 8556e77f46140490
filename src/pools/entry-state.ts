import type { PoolSizes } from '../monitor/facts.ts';
import type { Share } from './budget.ts';
import type { PoolContext } from './context.ts';
import type { DefinitionSource } from './definition.ts';
import { DefinitionReader } from './definition-reader.ts';
import { type EntryMoment, entryReport, healthOf } from './entry-report.ts';
import type { Generation } from './generation.ts';
import { latenessOf } from './lateness.ts';
import type { Lease } from './lease.ts';
import type { Claimant } from './ledger.ts';
import type { Resting } from './lru.ts';
import type { PoolEntryReport, PoolEntryState, PoolHealth } from './report.ts';
import { RequestLine } from './request-line.ts';

/** What an entry has, and what the budget, the choice of pools to close and reports read of it. */
export abstract class EntryState implements Claimant, Resting {
  readonly id: string;
  lastUsedMs: number;
  /** As many pools as may be were open when it wanted to open one. */
  isWaitingForRoom = false;
  protected readonly context: PoolContext;
  protected readonly line = new RequestLine<Lease>();
  /** By number. */
  protected readonly draining = new Map<number, Generation>();
  protected readonly definitions: DefinitionReader;
  protected current: Generation | undefined;
  /** Of the last generation. */
  protected number = 0;
  protected isClosed = false;
  readonly #createdAtMs: number;
  #lastUsedAtMs: number | undefined;

  constructor(id: string, source: DefinitionSource, context: PoolContext) {
    this.id = id;
    this.definitions = new DefinitionReader(id, source);
    this.context = context;
    this.lastUsedMs = context.clock.now();
    this.#createdAtMs = context.clock.wallMs();
  }

  abstract dispatch(): void;
  abstract closeOldestIdle(): void;

  get isOpen(): boolean {
    return this.current !== undefined || this.definitions.isReading;
  }

  get isEmpty(): boolean {
    return !this.isOpen && this.draining.size === 0 && this.line.size === 0;
  }

  get busy(): number {
    const { used = 0, connecting = 0 } = this.current ?? {};
    return used + connecting + this.line.size + (this.definitions.isReading ? 1 : 0);
  }

  get server(): string | undefined {
    return this.current?.connections.server;
  }

  get share(): Share {
    const connections = this.generations().reduce((sum, { size }) => sum + size, 0);
    return { connections, oldestWaitMs: this.line.first && this.#oldestWaitMs() };
  }

  get missing(): number {
    const { limit = 0, size = 0, coming = 0 } = this.current ?? {};
    return Math.max(0, Math.min(this.line.size - coming, limit - size));
  }

  get oldestIdleSinceMs(): number | undefined {
    return this.current?.connections.idle[0]?.sinceMs;
  }

  report(): PoolEntryReport {
    return entryReport(this.#moment());
  }

  health(): PoolHealth {
    return healthOf(this.#moment());
  }

  #moment(): EntryMoment {
    return {
      id: this.id,
      nowMs: this.context.clock.now(),
      state: this.#state(),
      number: this.number,
      current: this.current,
      draining: this.draining.values(),
      pending: this.line.size,
      oldestWaitMs: this.#oldestWaitMs(),
      blockedBy: this.context.ledger.scopeOf(this),
      createdAtMs: this.#createdAtMs,
      lastUsedMs: this.lastUsedMs,
      lastUsedAtMs: this.#lastUsedAtMs,
      stalledMs: this.context.settings.stalledMs,
    };
  }

  #state(): PoolEntryState {
    if (this.isClosed) return 'closed';
    if (this.definitions.isReading) return 'creating';
    if (!this.current) return 'registered';
    return this.current.vitals.circuit.state === 'closed' ? 'open' : 'degraded';
  }

  protected generations(): Generation[] {
    return this.current ? [this.current, ...this.draining.values()] : [...this.draining.values()];
  }

  #oldestWaitMs(): number {
    const first = this.line.first;
    return first ? this.context.clock.now() - first.askedAtMs : 0;
  }

  protected sizes() {
    const { used = 0, idle = 0, connecting = 0, limit } = this.current ?? {};
    return { used, idle, connecting, pending: this.line.size, limit } satisfies PoolSizes;
  }

  protected used(): void {
    this.lastUsedMs = this.context.clock.now();
    this.#lastUsedAtMs = this.context.clock.wallMs();
  }

  protected late(waitedMs: number): Error {
    const { used, idle, connecting, pending, limit = 0 } = this.sizes();
    const longestHolderMs = this.current?.longestHolderMs ?? 0;
    return latenessOf(
      {
        id: this.id,
        waitedMs,
        isWaitingForRoom: this.isWaitingForRoom,
        blockedBy: this.context.ledger.scopeOf(this),
        pool: { used, idle, connecting, pending, limit, longestHolderMs },
        lastError: this.current?.vitals.lastError,
      },
      this.context.settings,
    );
  }
}
