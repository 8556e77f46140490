import { setMaxListeners } from 'node:events';
import { connect } from './connect.ts';
import { Connections } from './connections.ts';
import type { PoolContext } from './context.ts';
import { type CompleteDefinition, completed } from './defaults.ts';
import type { PoolDefinition } from './definition.ts';
import type { DriverConnection } from './drivers/driver.ts';
import { poolDrivers } from './drivers/index.ts';
import { ConnectFailedError } from './errors.ts';
import type { ClosedReason, EvictionReason, PoolEventMap, PoolEventName } from './events.ts';
import type { GenerationHost } from './generation-host.ts';
import { isAnswered } from './is-answered.ts';
import { KeptConnection } from './kept-connection.ts';
import { type Draining, sweepGeneration } from './sweep-generation.ts';
import { Vitals } from './vitals.ts';

/** The pool of one definition: connections are opened, lent, taken back, asked and closed. */
export class Generation {
  readonly number: number;
  readonly definition: CompleteDefinition;
  readonly vitals: Vitals;
  readonly connections: Connections;
  /** Nothing came back since. */
  lastReleaseMs: number;
  draining: Draining | undefined;
  readonly #host: GenerationHost;
  readonly #context: PoolContext;
  readonly #abort = new AbortController();
  readonly #createdAtMs: number;
  #connecting = 0;
  #asked = 0;
  #hasOpened = false;
  #isEnded = false;

  constructor(host: GenerationHost, number: number, definition: PoolDefinition, context: PoolContext) {
    this.#host = host;
    this.#context = context;
    this.number = number;
    this.definition = completed(definition);
    const server = `${definition.host}:${definition.port}`.toLowerCase();
    this.connections = new Connections(server, context, (connection, reason) => this.#gone(connection, reason));
    this.#createdAtMs = context.clock.now();
    setMaxListeners(0, this.#abort.signal); // one a connection that is being opened: Node.js warns from the eleventh on
    this.lastReleaseMs = this.#createdAtMs;
    this.vitals = new Vitals(context, {
      tell: (name, event) => this.#tell(name, event),
      health: () => host.health(),
    });
    this.#tell('pool.created', { engine: this.definition.engine, max: this.limit });
  }

  get limit(): number {
    return this.definition.max;
  }

  /** Places taken: open, being opened, and being closed. */
  get size(): number {
    return this.connections.size + this.#connecting;
  }

  get idle(): number {
    return this.connections.idle.length;
  }

  get used(): number {
    return this.connections.live - this.idle;
  }

  get connecting(): number {
    return this.#connecting;
  }

  /** Connections that requests will get soon: being opened, or asked before they are lent. */
  get coming(): number {
    return this.#connecting + this.#asked;
  }

  get longestHolderMs(): number {
    const since = this.connections.lent.map(({ sinceMs }) => sinceMs);
    return since.length === 0 ? 0 : this.#context.clock.now() - Math.min(...since);
  }

  /** Lends the last used of the idle connections, unless it must be asked first. */
  lendFresh(): KeptConnection | undefined {
    const connection = this.connections.lastIdle();
    const { clock, settings } = this.#context;
    if (!connection) return undefined;
    if (!connection.isProven && clock.now() - connection.sinceMs > settings.validateAfterMs) return undefined;
    this.connections.take(connection, 'lent');
    return connection;
  }

  /** Begins to ask an idle connection whether it still works; false where there is none. */
  validateOne(): boolean {
    const connection = this.connections.lastIdle();
    if (!connection) return false;
    this.#ask(connection, 'SELECT 1', this.#context.settings.validationTimeoutMs, (works) => {
      if (works) this.#rest(connection);
      else {
        this.connections.close(connection, 'validation');
        // The network that dropped it has dropped those that are idle for longer.
        this.connections.closeIdle('validation');
      }
    });
    return true;
  }

  /** Asks an idle connection for the health of the server; it stays as long idle as it was. */
  async checkOne(): Promise<void> {
    const connection = this.connections.lastIdle();
    if (!connection) return;
    const { sinceMs } = connection;
    await new Promise<void>((resolve) => {
      this.#ask(connection, 'SELECT 1', this.#context.settings.healthTimeoutMs, (works) => {
        if (works) this.#rest(connection, sinceMs);
        else {
          this.vitals.failed('network');
          this.connections.close(connection, 'health');
        }
        resolve();
      });
    });
  }

  /** A lent connection comes back; with `discard` it is not kept. What is left open in it is rolled back. */
  giveBack(connection: KeptConnection, discard: boolean): void {
    const { clock, events } = this.#context;
    const { driver, isLost } = connection;
    const isInTransaction = !isLost && driver.isInTransaction();
    const reason = connection.reasonToClose(discard, this.draining !== undefined, clock.now());
    const usedMs = clock.now() - connection.sinceMs;
    this.lastReleaseMs = clock.now();
    if (!isLost && connection.wasAnswered) this.vitals.answered();
    if (connection.isLeak) this.#tell('leak', { ageMs: usedMs, returned: true });
    connection.isLeak = false;
    this.#host.observer.released(connection, { isBroken: reason !== undefined, isInTransaction });
    if (reason) this.connections.close(connection, reason);
    else if (isInTransaction) this.#rollback(connection);
    else this.#rest(connection);
    if (events.isHeard('connection.released')) {
      this.#tell('connection.released', { usedMs, used: this.used, max: this.limit });
    }
  }

  /** Opens one more; its place in the budget is taken already. */
  open(): void {
    const { clock } = this.#context;
    const startedAtMs = clock.now();
    const observed = this.#host.observer.connecting();
    let connection: KeptConnection | undefined;
    let isClosed = false;
    this.#connecting += 1;
    this.vitals.trying();
    connect({
      id: this.#host.id,
      definition: this.definition,
      driver: poolDrivers[this.definition.engine],
      signal: this.#abort.signal,
      lost: () => connection && this.connections.lost(connection),
      closed: () => {
        isClosed = true;
        if (connection) this.connections.gone(connection);
      },
    }).then(
      (driver) => {
        observed.connected();
        connection = this.#opened(driver, clock.now() - startedAtMs);
        if (!isClosed) return;
        this.connections.lost(connection);
        this.connections.gone(connection);
      },
      (error) => {
        observed.failed(error);
        this.#openFailed(error, clock.now() - startedAtMs);
      },
    );
  }

  sweep(): void {
    sweepGeneration(this, this.#context, this.#host.observer, (name, event) => this.#tell(name, event));
  }

  /** Lends nothing any more: idle connections close now, the others when they come back. */
  drain(reason: EvictionReason): void {
    this.draining = { reason, sinceMs: this.#context.clock.now(), level: 'info' };
    this.#abort.abort(new Error('the pool was closed'));
    this.connections.closeIdle('drained');
    if (this.used > 0) this.#tell('pool.draining', { reason, used: this.used, ageMs: 0, level: 'info' });
    this.#endIfDrained();
  }

  /** Requests wait for what is asked, rather than for another connection. */
  #ask(connection: KeptConnection, sql: string, limitMs: number, then: (works: boolean) => void): void {
    this.connections.take(connection, 'checking');
    this.#asked += 1;
    isAnswered(connection, sql, limitMs, (works) => {
      this.#asked -= 1;
      if (works) this.vitals.answered();
      then(works);
      if (!works) this.#host.changed();
    });
  }

  #rollback(connection: KeptConnection): void {
    this.#ask(connection, 'ROLLBACK', this.#context.settings.validationTimeoutMs, (works) => {
      if (works) this.#rest(connection);
      else this.connections.close(connection, 'discarded');
    });
  }

  /** To the idle ones, or out where it is not wanted any more. */
  #rest(connection: KeptConnection, sinceMs?: number): void {
    const reason = connection.isLost ? 'lost' : this.draining ? 'drained' : this.#host.handsOn() ? 'budget' : undefined;
    if (reason) this.connections.close(connection, reason);
    else {
      this.connections.rest(connection, sinceMs);
      connection.isProven = true;
      this.#host.changed();
      connection.isProven = false;
    }
  }

  #opened(driver: DriverConnection, tookMs: number): KeptConnection {
    const { clock } = this.#context;
    const { lifetimeMs, engine } = this.definition;
    const connection = new KeptConnection(driver, clock.now(), lifetimeMs * (0.9 + 0.2 * clock.random()));
    this.#connecting -= 1;
    this.connections.add(connection);
    this.vitals.connected();
    if (!this.#hasOpened) {
      this.#hasOpened = true;
      this.#tell('pool.opened', { engine, max: this.limit, tookMs: clock.now() - this.#createdAtMs });
    }
    this.#tell('connection.opened', { tookMs, open: this.connections.live });
    this.#rest(connection);
    return connection;
  }

  #openFailed(error: unknown, tookMs: number): void {
    if (!(error instanceof ConnectFailedError)) throw error;
    this.#connecting -= 1;
    if (!this.draining) {
      this.vitals.connectFailed(error.kind, error);
      this.#tell('connection.failed', { failure: error.kind, tookMs });
      this.#host.openFailed(error);
    }
    this.#context.ledger.give(this.connections.server, false);
    this.#endIfDrained();
    this.#host.changed();
  }

  #gone(connection: KeptConnection, reason: ClosedReason): void {
    this.#host.observer.closed(connection);
    const ageMs = this.#context.clock.now() - connection.openedAtMs;
    this.#tell('connection.closed', { reason, ageMs, open: this.connections.live });
    this.#endIfDrained();
    // After the place is given back: those who need it more come first.
    queueMicrotask(() => this.#host.changed());
  }

  #endIfDrained(): void {
    if (!this.draining || this.size > 0 || this.#isEnded) return;
    this.#isEnded = true;
    this.#tell('pool.closed', { reason: this.draining.reason });
    this.#host.ended(this.number);
  }

  #tell<Name extends PoolEventName>(name: Name, event: Omit<PoolEventMap[Name], 'id' | 'generation'>): void {
    this.#context.events.emit(name, { id: this.#host.id, generation: this.number, ...event } as PoolEventMap[Name]);
  }
}
