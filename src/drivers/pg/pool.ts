import pg from 'pg';
import type { ConnectTimes, LoadPool, LoadPoolSettings, LoadTarget } from '../driver.ts';
import { ownFailure, queueFull } from '../failure.ts';
import { OneByOne } from '../one-by-one.ts';
import { openAllOf } from '../opening.ts';
import type { OpeningPace } from '../opening-pace.ts';
import { LoadSessions } from '../sessions.ts';
import { fallsBackToPlain, traitsOf } from '../traits.ts';
import { type Acquired, type Waiter, Waiters } from '../waiters.ts';
import { LoadClient } from './client.ts';
import { PostgresConnection } from './connection.ts';
import { isTlsMissing, openingFailure } from './explain.ts';

/** pg's own pool with its own acquire timeout, and with a queue limit by a wrapper. */
export class PostgresLoadPool implements LoadPool {
  readonly #to: LoadTarget;
  readonly #settings: LoadPoolSettings;
  readonly #pool: pg.Pool;
  readonly #sessions: LoadSessions;
  readonly #waiters = new Waiters();
  readonly #returns = new OneByOne();
  /** The connection that the load gets for each client. */
  readonly #lendable = new WeakMap<LoadClient, PostgresConnection>();
  /** Set only while the pool gives a new client to the request that it was opened for. */
  #justOpened: PostgresConnection | undefined;
  #ending: Promise<void> | undefined;

  constructor(to: LoadTarget, settings: LoadPoolSettings) {
    this.#to = to;
    this.#settings = settings;
    const sessions = new LoadSessions(to, settings.connectTimeoutMs);
    this.#sessions = sessions;
    this.#pool = new pg.Pool({
      max: settings.connectionLimit,
      // In pg one limit for the wait and for opening a connection; 0 is no limit. The lines have the connect timeout.
      connectionTimeoutMillis: acquireTimeout(settings),
      idleTimeoutMillis: 0,
      Client: class extends LoadClient {
        constructor() {
          super(to, sessions.line());
        }
      },
    });
    this.#pool.on('error', () => {}); // Idle sessions that the server ends are opened again when they are needed.
    this.#pool.on('connect', (client) => this.#opened(client as unknown as LoadClient));
  }

  get waiting(): number {
    return this.#waiters.count;
  }

  get connections(): number {
    return this.#sessions.count;
  }

  get processIds(): readonly number[] {
    return this.#sessions.processIds;
  }

  acquire(acquired: Acquired): void {
    const waiter = this.#waiters.add(acquired);
    const { queueLimit } = this.#settings;
    if (this.#sessions.isEnding) waiter.refuseSoon(closed());
    else if (queueLimit !== undefined && this.#isFull(queueLimit)) waiter.refuseSoon(queueFull(queueLimit));
    else this.#request(waiter);
  }

  refuseWaiting(): void {
    this.#waiters.refuseAll(closed());
  }

  async openAll(signal: AbortSignal, pace?: OpeningPace): Promise<readonly ConnectTimes[]> {
    const { options } = this.#pool;
    // Opening may take longer than a request may wait.
    Object.assign(options, { connectionTimeoutMillis: 0 });
    try {
      return await openAllOf(this.#settings.connectionLimit, () => this.#take(), signal, pace);
    } catch (error) {
      throw openingFailure(error, this.#to, this.#settings.connectTimeoutMs);
    } finally {
      Object.assign(options, { connectionTimeoutMillis: acquireTimeout(this.#settings) });
    }
  }

  end(graceMs: number): Promise<void> {
    this.#ending ??= this.#end(graceMs);
    return this.#ending;
  }

  async #end(graceMs: number): Promise<void> {
    this.#sessions.isEnding = true;
    this.#waiters.refuseAll(closed());
    // From now on the pool closes every client that is given back.
    this.#pool.end().catch(() => {});
    await this.#sessions.end(graceMs);
  }

  /** pg also counts requests as waiting that it is about to serve, by an idle connection or a new one. */
  #isFull(queueLimit: number): boolean {
    const { waitingCount, idleCount, totalCount } = this.#pool;
    return waitingCount - idleCount - (this.#settings.connectionLimit - totalCount) >= queueLimit;
  }

  #request(waiter: Waiter): void {
    this.#pool.connect((error, client) => {
      const connection = client && this.#lendable.get(client as unknown as LoadClient);
      if (connection) return this.#serve(waiter, connection);
      const reason = error ?? new Error('no connection');
      const { target } = this.#to;
      const triesAgain = !this.#sessions.isEnding && fallsBackToPlain(traitsOf(target), target, isTlsMissing(reason));
      if (triesAgain) this.#request(waiter);
      else waiter.refuse(reason);
    });
  }

  #serve(waiter: Waiter, connection: PostgresConnection): void {
    const openedMs = connection === this.#justOpened ? connection.line.times.totalMs : undefined;
    if (!waiter.serve(connection.lend(), openedMs)) connection.release();
  }

  #opened(client: LoadClient): void {
    const connection = new PostgresConnection(client, this.#returns);
    this.#lendable.set(client, connection);
    this.#sessions.opened(connection);
    this.#justOpened = connection;
    queueMicrotask(() => {
      this.#justOpened = undefined;
    });
  }

  #take(): Promise<PostgresConnection> {
    return new Promise((resolve, reject) => {
      this.#request(
        this.#waiters.add((error, connection) => {
          if (connection instanceof PostgresConnection) resolve(connection);
          else reject(error);
        }),
      );
    });
  }
}

function acquireTimeout({ acquireTimeoutMs }: LoadPoolSettings): number {
  return acquireTimeoutMs === undefined ? 0 : Math.max(1, acquireTimeoutMs);
}

function closed(): Error {
  return ownFailure('POOL_CLOSED', 'the pool has ended');
}
