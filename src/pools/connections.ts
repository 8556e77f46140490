import type { PoolContext } from './context.ts';
import type { ClosedReason } from './events.ts';
import type { ConnectionUse, KeptConnection } from './kept-connection.ts';

/** Closed with a goodbye; for the rest the connection is in no state to say one. */
const politely: ReadonlySet<ClosedReason> = new Set(['idle', 'lifetime', 'drained', 'budget', 'closing']);

/**
 * Connections to one server, until their sockets are closed. Their places in the budget are given back then: a server counts
 * a session until it has seen its end.
 */
export class Connections {
  readonly server: string;
  readonly #context: PoolContext;
  readonly #closed: (connection: KeptConnection, reason: ClosedReason) => void;
  readonly #all = new Map<KeptConnection, ClosedReason | undefined>();
  /** The longest idle first. */
  readonly #idle: KeptConnection[] = [];
  #closing = 0;

  constructor(
    server: string,
    context: PoolContext,
    closed: (connection: KeptConnection, reason: ClosedReason) => void,
  ) {
    this.server = server;
    this.#context = context;
    this.#closed = closed;
  }

  /** Also those that are being closed. */
  get size(): number {
    return this.#all.size;
  }

  get live(): number {
    return this.#all.size - this.#closing;
  }

  get idle(): readonly KeptConnection[] {
    return this.#idle;
  }

  get lent(): KeptConnection[] {
    return [...this.#all.keys()].filter(({ use }) => use === 'lent');
  }

  add(connection: KeptConnection): void {
    this.#all.set(connection, undefined);
  }

  /** The last used of the idle ones; those that are too old are closed. */
  lastIdle(): KeptConnection | undefined {
    for (;;) {
      const connection = this.#idle.at(-1);
      if (!connection || this.#context.clock.now() < connection.expiresAtMs) return connection;
      this.close(connection, 'lifetime');
    }
  }

  /** To another use than idle. */
  take(connection: KeptConnection, use: ConnectionUse): void {
    this.#withdraw(connection);
    connection.turn(use, this.#context.clock.now());
  }

  /** To the idle ones; `sinceMs` for one that was idle before. */
  rest(connection: KeptConnection, sinceMs?: number): void {
    connection.turn('idle', sinceMs ?? this.#context.clock.now());
    this.#idle.push(connection);
    if (sinceMs !== undefined) this.#idle.sort((one, other) => one.sinceMs - other.sinceMs);
  }

  close(connection: KeptConnection, reason: ClosedReason): void {
    this.#withdraw(connection);
    if (!this.#all.has(connection) || connection.use === 'closing') return;
    const { ledger, settings } = this.#context;
    this.take(connection, 'closing');
    this.#all.set(connection, reason);
    this.#closing += 1;
    ledger.frees(this.server);
    if (politely.has(reason)) {
      connection.driver.end();
      connection.farewell = setTimeout(() => connection.driver.destroy(), settings.endTimeoutMs).unref();
    } else connection.driver.destroy();
  }

  closeIdle(reason: ClosedReason): void {
    for (const connection of [...this.#idle]) this.close(connection, reason);
  }

  destroyAll(): void {
    for (const connection of [...this.#all.keys()]) {
      this.close(connection, 'discarded');
      connection.driver.destroy();
    }
  }

  /** It cannot be used any more. Who has it finds out, and gives it back. */
  lost(connection: KeptConnection): void {
    connection.isLost = true;
    if (connection.use === 'idle') this.close(connection, 'lost');
  }

  /** Its socket is closed. */
  gone(connection: KeptConnection): void {
    const reason = this.#all.get(connection) ?? 'lost';
    if (!this.#all.delete(connection)) return;
    clearTimeout(connection.farewell);
    this.#withdraw(connection);
    const wasClosing = connection.use === 'closing';
    if (wasClosing) this.#closing -= 1;
    this.#closed(connection, reason);
    this.#context.ledger.give(this.server, wasClosing);
  }

  #withdraw(connection: KeptConnection): void {
    const at = this.#idle.lastIndexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}
