import type { PoolAcquire } from '../monitor/acquire.ts';
import type { PoolObserver } from '../monitor/observer.ts';
import type { PoolMonitor } from '../monitor/pool-monitor.ts';
import type { PoolContext } from './context.ts';
import type { DefinitionSource, PoolDefinition } from './definition.ts';
import { EntryState } from './entry-state.ts';
import { type ConnectFailedError, InactivePoolError, PoolClosedError } from './errors.ts';
import type { EvictionReason } from './events.ts';
import { Generation } from './generation.ts';
import type { GenerationHost } from './generation-host.ts';
import { checkStep } from './health.ts';
import type { KeptConnection } from './kept-connection.ts';
import type { Lease } from './lease.ts';
import { lend } from './lend.ts';
import { observe } from './observed.ts';
import { Opening } from './opening.ts';
import type { AcquireOptions } from './request-line.ts';

/** The manager, as an entry sees it. */
export interface EntryHost {
  /** Whether one more pool may be open; closes one that rests where it must. */
  admits(entry: Entry): boolean;
  /** A pool came to rest or was closed: another may be opened for who waits. */
  rested(): void;
  /** Nothing of it is open any more, and nothing waits. */
  emptied(entry: Entry): void;
  monitored(monitor: PoolMonitor): void;
}

/** One id: its definition, its requests, and its pool, with earlier generations that wait for their holders. */
export class Entry extends EntryState implements GenerationHost {
  readonly #host: EntryHost;
  readonly #opening: Opening;
  #monitor: PoolMonitor | undefined;

  constructor(id: string, source: DefinitionSource, context: PoolContext, host: EntryHost) {
    super(id, source, context);
    this.#opening = new Opening(id, context, this.line, this);
    this.#host = host;
  }

  /** Of `poolctl/monitor`, from the first request until nothing of it is open. */
  get observer(): PoolObserver {
    if (!this.#monitor) {
      const { clock, settings } = this.context;
      this.#monitor = observe({
        id: this.id,
        engine: this.current?.definition.engine ?? this.definitions.engine,
        now: () => clock.now(),
        wantsStacks: settings.leakMs > 0,
        acquireTimeoutMs: settings.acquireTimeoutMs,
        sizes: () => this.sizes(),
      });
      this.#host.monitored(this.#monitor);
    }
    return this.#monitor.observer;
  }

  acquire({ timeoutMs = this.context.settings.acquireTimeoutMs, signal }: AcquireOptions): Promise<Lease> {
    const { clock } = this.context;
    const askedAtMs = clock.now();
    const acquire = this.observer.asked();
    const generation = this.current;
    const connection = this.line.size === 0 ? generation?.lendFresh() : undefined;
    if (connection && generation) return Promise.resolve(this.#lend(generation, connection, acquire, askedAtMs));
    acquire.queues();
    const late = () => this.late(clock.now() - askedAtMs);
    const granted = this.line.join({ askedAtMs, acquire, timeoutMs, signal, late, left: () => this.dispatch() });
    this.dispatch();
    return granted;
  }

  /** Serves requests with what there is, opens what may be opened, and fails those that would wait in vain. */
  dispatch(): void {
    const wasBlocked = this.context.ledger.scopeOf(this) !== undefined;
    this.context.ledger.unblock(this);
    while (this.line.size > 0) {
      const generation = this.current ?? this.#create();
      if (!generation) break;
      const connection = generation.lendFresh();
      const request = this.line.first;
      if (connection && request) {
        request.serve(this.#lend(generation, connection, request.acquire, request.askedAtMs));
        continue;
      }
      if (generation.coming >= this.line.size) break;
      if (generation.validateOne()) continue;
      if (!this.#opening.begin(generation, wasBlocked)) break;
    }
    if (this.isEmpty) this.#rest();
  }

  failAll(error: Error): void {
    this.line.failAll(error, 'closed');
    this.dispatch();
  }

  /** Another definition makes another generation; the same one changes nothing. */
  define(source: DefinitionSource): void {
    if (this.definitions.replace(source)) this.drain('changed');
  }

  /** The next request gets a new generation. */
  drain(reason: EvictionReason): void {
    const generation = this.current;
    this.current = undefined;
    this.isClosed ||= reason === 'removed' || reason === 'closing';
    if (this.isClosed) this.definitions.stop();
    else this.definitions.outdate();
    if (generation) {
      this.draining.set(generation.number, generation);
      generation.drain(reason);
    }
    this.dispatch();
    this.#host.rested();
  }

  evict(reason: 'idle' | 'least-recently-used'): void {
    const { events, clock } = this.context;
    const idleForMs = clock.now() - this.lastUsedMs;
    events.emit('pool.evicted', { id: this.id, generation: this.number, reason, idleForMs });
    this.drain(reason);
  }

  /** Closes also what is out. */
  destroy(): void {
    for (const { connections } of this.generations()) connections.destroyAll();
  }

  sweep(): void {
    for (const generation of this.generations()) generation.sweep();
  }

  /** One health check; resolves when it is over. */
  async check(): Promise<void> {
    const generation = this.current;
    if (!generation) return;
    const { clock, settings } = this.context;
    const { vitals, idle, connections, connecting, limit } = generation;
    const answeredAgoMs = vitals.answeredAtMs === undefined ? undefined : clock.now() - vitals.answeredAtMs;
    const state = { idle, open: connections.live, connecting, limit, answeredAgoMs };
    const step = checkStep(state, settings.healthMs, settings.probeWhenEmpty);
    if (step === 'ask') await generation.checkOne();
    if (step === 'open') this.#opening.begin(generation, true);
    if (step === 'empty') vitals.foundEmpty();
  }

  changed(): void {
    if (this.line.size > 0) this.dispatch();
    if (this.busy === 0) this.#host.rested();
  }

  openFailed(error: ConnectFailedError): void {
    const generation = this.current;
    // Others may still be served by what is open or being opened.
    if (error.kind === 'full' || !generation || generation.connections.live > 0) return;
    if (generation.connecting === 0) this.line.failAll(error, 'connect');
    else this.line.first?.fail(error, 'connect');
  }

  handsOn(): boolean {
    return this.context.ledger.handsOn(this);
  }

  ended(number: number): void {
    this.draining.delete(number);
    if (this.isEmpty) this.#rest();
  }

  closeOldestIdle(): void {
    const [connection] = this.current?.connections.idle ?? [];
    if (connection) this.current?.connections.close(connection, 'budget');
  }

  #create(): Generation | undefined {
    if (this.isClosed) {
      this.line.failAll(new PoolClosedError(this.id), 'closed');
      return undefined;
    }
    if (this.definitions.isReading) return undefined;
    this.isWaitingForRoom = false;
    const isAdmitted = this.#host.admits(this);
    // Closing another pool for it may have let it in already.
    if (this.isOpen) return this.current;
    this.isWaitingForRoom = !isAdmitted;
    if (!isAdmitted) return undefined;
    const { ready } = this.definitions;
    if (ready) return this.#begin(ready);
    this.definitions.read({
      found: (definition) => !this.isClosed && this.#begin(definition),
      failed: (error) => this.line.failAll(error, 'other'),
      over: () => {
        this.dispatch();
        this.#host.rested();
      },
    });
    return undefined;
  }

  #begin(definition: PoolDefinition): Generation | undefined {
    if (definition.isActive === false) {
      this.line.failAll(new InactivePoolError(this.id), 'refused');
      return undefined;
    }
    this.number += 1;
    this.current = new Generation(this, this.number, definition, this.context);
    return this.current;
  }

  #lend(generation: Generation, connection: KeptConnection, acquire: PoolAcquire, askedAtMs: number): Lease {
    const used = () => this.used();
    return lend({ id: this.id, context: this.context, generation, connection, acquire, askedAtMs, used });
  }

  /** Nothing is open and nothing waits: its series stop. */
  #rest(): void {
    if (!this.#monitor) return;
    this.#monitor.detach();
    this.#monitor = undefined;
    this.#host.emptied(this);
  }
}
