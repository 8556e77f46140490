import type { PoolAcquire } from '../monitor/acquire.ts';
import type { PoolSizes } from '../monitor/facts.ts';
import type { PoolObserver } from '../monitor/observer.ts';
import type { PoolMonitor } from '../monitor/pool-monitor.ts';
import type { Share } from './budget.ts';
import { mayTry } from './circuit.ts';
import type { PoolContext } from './context.ts';
import type { DefinitionSource, PoolDefinition } from './definition.ts';
import { DefinitionReader } from './definition-reader.ts';
import { type EntryMoment, entryReport, healthOf } from './entry-report.ts';
import { CircuitOpenError, type ConnectFailedError, InactivePoolError, PoolClosedError } from './errors.ts';
import type { EvictionReason } from './events.ts';
import { Generation, type GenerationHost } from './generation.ts';
import { checkStep } from './health.ts';
import type { KeptConnection } from './kept-connection.ts';
import { latenessOf } from './lateness.ts';
import { ConnectionLease, type Lease } from './lease.ts';
import type { Claimant } from './ledger.ts';
import type { Resting } from './lru.ts';
import { observe } from './observed.ts';
import type { PoolEntryReport, PoolEntryState, PoolHealth } from './report.ts';
import { type AcquireOptions, RequestLine } from './request-line.ts';

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
export class Entry implements GenerationHost, Claimant, Resting {
  readonly id: string;
  lastUsedMs: number;
  /** As many pools as may be were open when it wanted to open one. */
  isWaitingForRoom = false;
  readonly #createdAtMs: number;
  readonly #context: PoolContext;
  readonly #host: EntryHost;
  readonly #line = new RequestLine<Lease>();
  readonly #draining = new Set<Generation>();
  readonly #definitions: DefinitionReader;
  #current: Generation | undefined;
  #number = 0;
  #lastUsedAtMs: number | undefined;
  #monitor: PoolMonitor | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(id: string, source: DefinitionSource, context: PoolContext, host: EntryHost) {
    this.id = id;
    this.#definitions = new DefinitionReader(source);
    this.#context = context;
    this.#host = host;
    this.lastUsedMs = context.clock.now();
    this.#createdAtMs = context.clock.wallMs();
  }

  get isOpen(): boolean {
    return this.#current !== undefined || this.#definitions.isReading;
  }

  get isEmpty(): boolean {
    return !this.isOpen && this.#draining.size === 0 && this.#line.size === 0;
  }

  get busy(): number {
    const { used = 0, connecting = 0 } = this.#current ?? {};
    return used + connecting + this.#line.size + (this.#definitions.isReading ? 1 : 0);
  }

  get server(): string | undefined {
    return this.#current?.connections.server;
  }

  get share(): Share {
    const connections = this.#generations().reduce((sum, { size }) => sum + size, 0);
    return { connections, oldestWaitMs: this.#line.first && this.#oldestWaitMs() };
  }

  get missing(): number {
    const { limit = 0, size = 0, coming = 0 } = this.#current ?? {};
    return Math.max(0, Math.min(this.#line.size - coming, limit - size));
  }

  get oldestIdleSinceMs(): number | undefined {
    return this.#current?.connections.idle[0]?.sinceMs;
  }

  /** Of `poolctl/monitor`, from the first request until nothing of it is open. */
  get observer(): PoolObserver {
    if (!this.#monitor) {
      const { clock, settings } = this.#context;
      this.#monitor = observe({
        id: this.id,
        engine: this.#current?.definition.engine ?? this.#definitions.engine,
        now: () => clock.now(),
        wantsStacks: settings.leakMs > 0,
        sizes: () => this.#sizes(),
      });
      this.#host.monitored(this.#monitor);
    }
    return this.#monitor.observer;
  }

  acquire({ timeoutMs = this.#context.settings.acquireTimeoutMs, signal }: AcquireOptions): Promise<Lease> {
    const { clock } = this.#context;
    const askedAtMs = clock.now();
    const acquire = this.observer.asked();
    const generation = this.#current;
    const connection = this.#line.size === 0 ? generation?.lendFresh() : undefined;
    if (connection && generation) return Promise.resolve(this.#lease(generation, connection, acquire, askedAtMs));
    acquire.queues();
    const late = () => this.#late(clock.now() - askedAtMs);
    const granted = this.#line.join({ askedAtMs, acquire, timeoutMs, signal, late, left: () => this.dispatch() });
    this.dispatch();
    return granted;
  }

  /** Serves requests with what there is, opens what may be opened, and fails those that would wait in vain. */
  dispatch(): void {
    const wasBlocked = this.#context.ledger.scopeOf(this) !== undefined;
    this.#context.ledger.unblock(this);
    while (this.#line.size > 0) {
      const generation = this.#current ?? this.#create();
      if (!generation) break;
      const connection = generation.lendFresh();
      const request = this.#line.first;
      if (connection && request) {
        request.serve(this.#lease(generation, connection, request.acquire, request.askedAtMs));
        continue;
      }
      if (generation.coming >= this.#line.size) break;
      if (generation.validateOne()) continue;
      if (!this.#open(generation, wasBlocked)) break;
    }
    if (this.isEmpty) this.#rest();
  }

  failAll(error: Error): void {
    this.#line.failAll(error, 'closed');
    this.dispatch();
  }

  /** Another definition makes another generation; the same one changes nothing. */
  define(source: DefinitionSource): void {
    if (this.#definitions.replace(source)) this.drain('changed');
  }

  /** The next request gets a new generation. */
  drain(reason: EvictionReason): void {
    const generation = this.#current;
    this.#current = undefined;
    this.#definitions.outdate();
    this.#isClosed ||= reason === 'removed' || reason === 'closing';
    if (generation) {
      this.#draining.add(generation);
      generation.drain(reason);
    }
    this.dispatch();
    this.#host.rested();
  }

  evict(reason: 'idle' | 'least-recently-used'): void {
    const { events, clock } = this.#context;
    const idleForMs = clock.now() - this.lastUsedMs;
    events.emit('pool.evicted', { id: this.id, generation: this.#number, reason, idleForMs });
    this.drain(reason);
  }

  /** Closes also what is out. */
  destroy(): void {
    for (const { connections } of this.#generations()) connections.destroyAll();
  }

  sweep(): void {
    for (const generation of this.#generations()) generation.sweep();
  }

  /** One health check; resolves when it is over. */
  async check(): Promise<void> {
    const generation = this.#current;
    if (!generation) return;
    const { clock, settings } = this.#context;
    const { vitals, idle, connections, connecting, limit } = generation;
    const answeredAgoMs = vitals.answeredAtMs === undefined ? undefined : clock.now() - vitals.answeredAtMs;
    const state = { idle, open: connections.live, connecting, limit, answeredAgoMs };
    const step = checkStep(state, settings.healthMs, settings.probeWhenEmpty);
    if (step === 'ask') await generation.checkOne();
    if (step === 'open') this.#open(generation, true);
    if (step === 'empty') vitals.foundEmpty();
  }

  changed(): void {
    if (this.#line.size > 0) this.dispatch();
    if (this.busy === 0) this.#host.rested();
  }

  openFailed(error: ConnectFailedError): void {
    const generation = this.#current;
    // Others may still be served by what is open or being opened.
    if (error.kind === 'full' || !generation || generation.connections.live > 0) return;
    if (generation.connecting === 0) this.#line.failAll(error, 'connect');
    else this.#line.first?.fail(error, 'connect');
  }

  handsOn(): boolean {
    return this.#context.ledger.handsOn(this);
  }

  ended(generation: Generation): void {
    this.#draining.delete(generation);
    if (this.isEmpty) this.#rest();
  }

  closeOldestIdle(): void {
    const [connection] = this.#current?.connections.idle ?? [];
    if (connection) this.#current?.connections.close(connection, 'budget');
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
      nowMs: this.#context.clock.now(),
      state: this.#state(),
      number: this.#number,
      current: this.#current,
      draining: this.#draining,
      pending: this.#line.size,
      oldestWaitMs: this.#oldestWaitMs(),
      blockedBy: this.#context.ledger.scopeOf(this),
      createdAtMs: this.#createdAtMs,
      lastUsedMs: this.lastUsedMs,
      lastUsedAtMs: this.#lastUsedAtMs,
      stalledMs: this.#context.settings.stalledMs,
    };
  }

  #state(): PoolEntryState {
    if (this.#isClosed) return 'closed';
    if (this.#definitions.isReading) return 'creating';
    if (!this.#current) return 'registered';
    return this.#current.vitals.circuit.state === 'closed' ? 'open' : 'degraded';
  }

  #generations(): Generation[] {
    return this.#current ? [this.#current, ...this.#draining] : [...this.#draining];
  }

  #oldestWaitMs(): number {
    const first = this.#line.first;
    return first ? this.#context.clock.now() - first.askedAtMs : 0;
  }

  #sizes() {
    const { used = 0, idle = 0, connecting = 0, limit } = this.#current ?? {};
    return { used, idle, connecting, pending: this.#line.size, limit } satisfies PoolSizes;
  }

  #create(): Generation | undefined {
    if (this.#isClosed) {
      this.#line.failAll(new PoolClosedError(this.id), 'closed');
      return undefined;
    }
    if (this.#definitions.isReading) return undefined;
    this.isWaitingForRoom = false;
    const isAdmitted = this.#host.admits(this);
    // Closing another pool for it may have let it in already.
    if (this.isOpen) return this.#current;
    this.isWaitingForRoom = !isAdmitted;
    if (!isAdmitted) return undefined;
    const { ready } = this.#definitions;
    if (ready) return this.#begin(ready);
    this.#definitions.read({
      found: (definition) => !this.#isClosed && this.#begin(definition),
      failed: (error) => this.#line.failAll(error, 'other'),
      over: () => {
        this.dispatch();
        this.#host.rested();
      },
    });
    return undefined;
  }

  #begin(definition: PoolDefinition): Generation | undefined {
    if (definition.isActive === false) {
      this.#line.failAll(new InactivePoolError(this.id), 'refused');
      return undefined;
    }
    this.#number += 1;
    this.#current = new Generation(this, this.#number, definition, this.#context);
    return this.#current;
  }

  /** Begins to open one more connection, where circuit and budget let it. */
  #open(generation: Generation, wasBlocked: boolean): boolean {
    if (!this.#mayOpen(generation)) return false;
    const { ledger, events, settings } = this.#context;
    const scope = ledger.take(generation.connections.server);
    if (scope) {
      const budget = scope === 'server' ? settings.perServer : settings.total;
      if (!wasBlocked) events.emit('budget.exhausted', { id: this.id, generation: this.#number, scope, budget });
      ledger.block(this, scope);
      return false;
    }
    this.#line.first?.acquire.connects();
    generation.open();
    return true;
  }

  #mayOpen({ vitals, size, limit, connecting, connections }: Generation): boolean {
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
      const error = new CircuitOpenError(this.id, vitals.retryAfterMs, vitals.lastError);
      this.#line.failAll(error, 'connect', state === 'half-open' ? 1 : 0);
    } else if (retryAtMs !== undefined) this.#retryAt(retryAtMs);
    return false;
  }

  #retryAt(atMs: number): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.dispatch(), atMs - this.#context.clock.now() + 1).unref();
  }

  #lease(generation: Generation, connection: KeptConnection, acquire: PoolAcquire, askedAtMs: number): Lease {
    const { events, settings, clock } = this.#context;
    acquire.granted(connection);
    this.#used();
    const waitedMs = clock.now() - askedAtMs;
    const of = { id: this.id, generation: generation.number };
    const { used, limit: max } = generation;
    if (events.isHeard('connection.acquired')) events.emit('connection.acquired', { ...of, waitedMs, used, max });
    if (waitedMs >= settings.slowAcquireMs) events.emit('acquire.slow', { ...of, waitedMs, used, max });
    return new ConnectionLease({
      id: this.id,
      driver: connection.driver,
      statementTimeoutMs: generation.definition.statementTimeoutMs,
      giveBack: (discard) => {
        this.#used();
        generation.giveBack(connection, discard);
      },
      queryFailed: (error) => events.emit('query.failed', { ...of, error }),
    });
  }

  #used(): void {
    this.lastUsedMs = this.#context.clock.now();
    this.#lastUsedAtMs = this.#context.clock.wallMs();
  }

  /** Nothing is open and nothing waits: its series stop. */
  #rest(): void {
    if (!this.#monitor) return;
    this.#monitor.detach();
    this.#monitor = undefined;
    this.#host.emptied(this);
  }

  #late(waitedMs: number): Error {
    const { used, idle, connecting, pending, limit = 0 } = this.#sizes();
    const longestHolderMs = this.#current?.longestHolderMs ?? 0;
    return latenessOf(
      {
        id: this.id,
        waitedMs,
        isWaitingForRoom: this.isWaitingForRoom,
        blockedBy: this.#context.ledger.scopeOf(this),
        pool: { used, idle, connecting, pending, limit, longestHolderMs },
        lastError: this.#current?.vitals.lastError,
      },
      this.#context.settings,
    );
  }
}
