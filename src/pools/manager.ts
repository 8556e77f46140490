import { atLeast } from '../base/check-number.ts';
import { longestTimerMs } from '../base/deadline.ts';
import type { MonitoredPool, PoolMonitor, PoolPlugin } from '../monitor/pool-monitor.ts';
import { checkId } from './check-definition.ts';
import { systemClock } from './clock.ts';
import type { PoolContext } from './context.ts';
import { settingsOf } from './defaults.ts';
import type { DefinitionSource } from './definition.ts';
import type { QueryResult } from './drivers/driver.ts';
import { PoolEmitter } from './emitter.ts';
import { Entry } from './entry.ts';
import { PoolClosedError, UnknownPoolError } from './errors.ts';
import type { PoolEventMap, PoolEventName } from './events.ts';
import type { Lease } from './lease.ts';
import { Ledger } from './ledger.ts';
import { leastRecentlyUsed, restedFor } from './lru.ts';
import { Monitoring } from './monitoring.ts';
import type { PoolManagerOptions } from './options.ts';
import type { PoolEntryReport } from './report.ts';
import { type AcquireOptions, checkAcquireOptions } from './request-line.ts';
import { Rounds } from './rounds.ts';
import { type PoolLocale, type PoolStatus, poolStatus } from './status.ts';

/** So many idle pools are closed at a time. */
const evictionsPerSweep = 10;
const defaultGraceMs = 10_000;
const noOptions: AcquireOptions = {};

/**
 * Pools of connections to many databases, each by its id. A pool is made when its first connection is wanted, and closed
 * when it was not used for `idleMs`; never while a connection of it is out.
 */
export class PoolManager {
  readonly #lookup: PoolManagerOptions['lookup'];
  readonly #entries = new Map<string, Entry>();
  /** Of ids that were not registered: they are forgotten with their pool. */
  readonly #found = new Set<Entry>();
  /** Unregistered, with connections out. */
  readonly #leaving = new Set<Entry>();
  readonly #context: PoolContext;
  readonly #monitoring = new Monitoring();
  readonly #rounds: Rounds;
  #isShortOfRoom = false;
  #closing: Promise<void> | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(options: PoolManagerOptions = {}) {
    const settings = settingsOf(options);
    this.#lookup = options.lookup;
    const ledger = new Ledger(settings, () => this.#entries.values());
    this.#context = { settings, ledger, clock: systemClock, events: new PoolEmitter() };
    this.#rounds = new Rounds(this.#context, {
      sweep: () => this.#sweep(),
      entries: () => [...this.#entries.values()],
    });
  }

  /** Names of no pool that is open: cheap, and opens nothing. Other values for an id are a new generation of its pool. @throws DefinitionError */
  register(id: string, source: DefinitionSource): void {
    if (this.#closing) throw new PoolClosedError(id);
    const known = this.#entries.get(id);
    if (known) {
      this.#found.delete(known);
      known.define(source);
    } else this.#enter(id, source);
  }

  /** Forgets an id. Connections that are out stay usable until they are given back. */
  unregister(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#leaving.add(entry);
    entry.failAll(new UnknownPoolError(id));
    entry.drain('removed');
    this.#forget(entry);
  }

  /**
   * Lends a connection. Give it back: `lease.release()` in a `finally`.
   *
   * @throws AcquireTimeoutError, BudgetExhaustedError, PoolLimitError after the deadline; ConnectFailedError,
   * CircuitOpenError where the server cannot be reached; InactivePoolError, UnknownPoolError, PoolClosedError; the
   * signal's reason; PoolctlError VALUE_INVALID for options that there are not
   */
  async acquire<Connection = unknown>(id: string, options: AcquireOptions = noOptions): Promise<Lease<Connection>> {
    if (this.#closing) throw new PoolClosedError(id);
    if (options !== noOptions) checkAcquireOptions(options);
    options.signal?.throwIfAborted();
    return (await (this.#entries.get(id) ?? this.#find(id)).acquire(options)) as Lease<Connection>;
  }

  /** Lends a connection while `work` runs. @throws as `acquire`, and what `work` throws */
  async withConnection<Result, Connection = unknown>(
    id: string,
    work: (connection: Connection, lease: Lease<Connection>) => Promise<Result>,
    options?: AcquireOptions,
  ): Promise<Result> {
    const lease = await this.acquire<Connection>(id, options);
    try {
      return await work(lease.connection, lease);
    } finally {
      lease.release();
    }
  }

  /** Runs one statement; see `Lease.query`. The signal also ends the statement. */
  async query<Row = Record<string, unknown>>(
    id: string,
    sql: string,
    params?: readonly unknown[],
    options: AcquireOptions = noOptions,
  ): Promise<QueryResult<Row>> {
    const lease = await this.acquire(id, options);
    try {
      return await lease.query<Row>(sql, params, options.signal);
    } finally {
      lease.release();
    }
  }

  /** The rows of one statement. */
  async executeQuery<Row = Record<string, unknown>>(
    id: string,
    sql: string,
    params?: readonly unknown[],
    options?: AcquireOptions,
  ): Promise<Row[]> {
    return (await this.query<Row>(id, sql, params, options)).rows;
  }

  /** The next request of an id gets a new pool, with its definition read anew. */
  invalidate(id: string): void {
    this.#entries.get(id)?.drain('changed');
  }

  /**
   * What the pools do, in the shape of `GET /api/external-db-connections/pool-status`.
   *
   * @throws PoolClosedError after `close`
   */
  status(locale?: PoolLocale): PoolStatus {
    if (this.#closing) throw new PoolClosedError(undefined);
    return poolStatus(this.inspectEntries(), locale);
  }

  inspectEntries(): PoolEntryReport[] {
    return [...this.#entries.values()].map((entry) => entry.report());
  }

  /** Gives the function that ends listening. @throws PoolctlError VALUE_INVALID for a name that no event has */
  on<Name extends PoolEventName>(name: Name, listener: (event: PoolEventMap[Name]) => void): () => void {
    return this.#context.events.on(name, listener);
  }

  /** The pools that are in use, as `poolctl/monitor` sees pools. */
  get pools(): readonly MonitoredPool[] {
    return this.#monitoring.pools;
  }

  /** Adds metrics or a recorder to these pools and those to come; gives the function that ends it. */
  use(plugin: PoolPlugin): () => void {
    return this.#monitoring.use(plugin);
  }

  /**
   * Lends nothing any more and answers who waits; waits up to `graceMs` (10 000) for what is out, then closes it too.
   * Each call gives the same promise, which is never rejected. @throws PoolctlError VALUE_INVALID for another graceMs
   */
  close({ graceMs = defaultGraceMs }: { readonly graceMs?: number } = {}): Promise<void> {
    atLeast('graceMs', graceMs, 0, longestTimerMs);
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    await undefined; // From here on `#closing` is set.
    this.#rounds.stop();
    const entries = this.#all();
    const isEmpty = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
    for (const entry of entries) {
      entry.failAll(new PoolClosedError(entry.id));
      entry.drain('closing');
    }
    this.#rested();
    const destroyed = setTimeout(() => {
      for (const entry of entries) entry.destroy();
    }, graceMs);
    await isEmpty;
    clearTimeout(destroyed);
  }

  #all(): Entry[] {
    return [...this.#entries.values(), ...this.#leaving];
  }

  #find(id: string): Entry {
    checkId(id);
    const lookup = this.#lookup;
    if (!lookup) throw new UnknownPoolError(id);
    const entry = this.#enter(id, async () => {
      const definition = await lookup(id);
      if (!definition) throw new UnknownPoolError(id);
      return definition;
    });
    this.#found.add(entry);
    return entry;
  }

  #enter(id: string, source: DefinitionSource): Entry {
    const entry = new Entry(id, source, this.#context, {
      admits: (one) => this.#admits(one),
      rested: () => this.#rested(),
      emptied: (one) => this.#forget(one),
      monitored: (monitor: PoolMonitor) => this.#monitoring.add(monitor),
    });
    this.#entries.set(id, entry);
    return entry;
  }

  #forget(entry: Entry): void {
    if (!entry.isEmpty) return;
    this.#leaving.delete(entry);
    if (this.#found.delete(entry)) this.#entries.delete(entry.id);
  }

  #admits(entry: Entry): boolean {
    const others = [...this.#entries.values()].filter((other) => other !== entry && other.isOpen);
    if (others.length < this.#context.settings.maxPools) return true;
    const victim = leastRecentlyUsed(others);
    victim?.evict('least-recently-used');
    this.#isShortOfRoom ||= !victim;
    return victim !== undefined;
  }

  #rested(): void {
    if (this.#whenEmpty && this.#all().every(({ isEmpty }) => isEmpty)) this.#whenEmpty();
    if (!this.#isShortOfRoom) return;
    this.#isShortOfRoom = false;
    for (const entry of this.#entries.values()) if (entry.isWaitingForRoom) entry.dispatch();
  }

  #sweep(): void {
    const { settings, clock } = this.#context;
    for (const entry of this.#all()) entry.sweep();
    const open = [...this.#entries.values()].filter(({ isOpen }) => isOpen);
    for (const entry of restedFor(open, settings.idleMs, clock.now(), evictionsPerSweep)) entry.evict('idle');
  }
}
