import mysql from 'mysql2';
import type { ConnectTimes, LoadPool, LoadPoolSettings, LoadTarget } from '../driver.ts';
import { noteOpening, openingOf, ownFailure, queueFull } from '../failure.ts';
import type { LoadLine } from '../line.ts';
import { openAllOf } from '../opening.ts';
import type { OpeningPace } from '../opening-pace.ts';
import { LoadSessions } from '../sessions.ts';
import { fallsBackToPlain, traitsOf } from '../traits.ts';
import { type Acquired, type Waiter, Waiters } from '../waiters.ts';
import { MysqlConnection } from './connection.ts';
import { isTlsMissing, openingFailure } from './explain.ts';
import { dial, loginOptions } from './options.ts';
import { setUpSession } from './session.ts';
import { connectionWith, wire } from './wiring.ts';

/**
 * mysql2's own callback pool, with an acquire timeout and a queue limit by a wrapper: its own queueLimit goes on counting a
 * request that gave up, and would refuse others in its place while all connections are held.
 */
export class MysqlLoadPool implements LoadPool {
  readonly #to: LoadTarget;
  readonly #settings: LoadPoolSettings;
  readonly #sessions: LoadSessions;
  readonly #waiters: Waiters;
  /** Waiters of openAll() have no timeout: opening may take longer than a request may wait. */
  readonly #patient = new Waiters();
  /** Connections whose session has its limits. */
  readonly #connections = new WeakMap<mysql.Connection, MysqlConnection>();
  readonly #lines = new WeakMap<object, LoadLine>();
  #pool: mysql.Pool;
  #inUse = 0;
  #ending: Promise<void> | undefined;

  constructor(to: LoadTarget, settings: LoadPoolSettings) {
    this.#to = to;
    this.#settings = settings;
    this.#waiters = new Waiters(settings.acquireTimeoutMs);
    this.#sessions = new LoadSessions(to, settings.connectTimeoutMs);
    this.#pool = this.#createPool();
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
    try {
      return await openAllOf(this.#settings.connectionLimit, () => this.#take(), signal, pace);
    } catch (error) {
      throw openingFailure(error, this.#to, this.#settings.connectTimeoutMs);
    }
  }

  end(graceMs: number): Promise<void> {
    this.#ending ??= this.#end(graceMs);
    return this.#ending;
  }

  async #end(graceMs: number): Promise<void> {
    this.#sessions.isEnding = true;
    for (const waiters of [this.#waiters, this.#patient]) waiters.refuseAll(closed());
    await this.#sessions.end(graceMs);
    // Not earlier: it would cut transactions in two, and forget what is given back.
    this.#pool.end(() => {});
  }

  #createPool(): mysql.Pool {
    const { connectionLimit } = this.#settings;
    return mysql.createPool({
      ...loginOptions(this.#to, ({ config }) => this.#open(config)),
      connectionLimit,
      maxIdle: connectionLimit,
      gracefulEnd: true,
    });
  }

  /** A socket for the connection that the pool is just making. */
  #open(config: unknown): LoadLine['socket'] {
    const line = this.#sessions.line();
    queueMicrotask(() => {
      const connection = connectionWith(config, this.#pool);
      if (!connection) return line.cut();
      this.#lines.set(connection, line);
      wire(connection, line);
    });
    return this.#sessions.isEnding ? line.socket : dial(this.#to, line);
  }

  /** Whether the newest request, which counts already, is one too many. */
  #isFull(queueLimit: number): boolean {
    return this.#inUse + this.#waiters.count > this.#settings.connectionLimit + queueLimit;
  }

  #request(waiter: Waiter): void {
    const pool = this.#pool;
    pool.getConnection((error: Error | null, connection) => {
      if (error) return this.#failed(waiter, error, pool);
      const known = this.#connections.get(connection);
      if (known) this.#serve(waiter, known, undefined);
      else this.#setUp(waiter, connection);
    });
  }

  #failed(waiter: Waiter, error: Error, pool: mysql.Pool): void {
    const { target } = this.#to;
    const isPlainNow = pool !== this.#pool;
    const triesAgain = openingOf(error) && !this.#sessions.isEnding && isTlsMissing(error, this.#to);
    if (triesAgain && (isPlainNow || fallsBackToPlain(traitsOf(target), target, true))) {
      // mysql2 keeps the configuration that a pool was made with.
      if (!isPlainNow) this.#pool = this.#createPool();
      this.#request(waiter);
    } else waiter.refuseSoon(error);
  }

  #setUp(waiter: Waiter, made: mysql.PoolConnection): void {
    const line = this.#lines.get(made);
    if (!line) throw new Error('a connection without a line');
    setUpSession(made, this.#to, line, (error) => {
      if (error) {
        made.destroy();
        line.cut();
        waiter.refuse(noteOpening(error, line));
        return;
      }
      const isEnding = () => this.#sessions.isEnding;
      const connection = new MysqlConnection(made, line, this.#to, isEnding, () => this.#inUse--);
      this.#connections.set(made, connection);
      this.#sessions.opened(connection);
      this.#serve(waiter, connection, line.times.totalMs);
    });
  }

  #serve(waiter: Waiter, connection: MysqlConnection, openedMs: number | undefined): void {
    this.#inUse++;
    if (!waiter.serve(connection.lend(), openedMs)) connection.release();
  }

  #take(): Promise<MysqlConnection> {
    return new Promise((resolve, reject) => {
      this.#request(
        this.#patient.add((error, connection) => {
          if (connection instanceof MysqlConnection) resolve(connection);
          else reject(error);
        }),
      );
    });
  }
}

function closed(): Error {
  return ownFailure('POOL_CLOSED', 'the pool has ended');
}
