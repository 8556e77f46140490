import { longestTimerMs } from '../base/deadline.ts';
import type { DriverConnection, QueryResult } from './drivers/driver.ts';
import { PoolError } from './errors.ts';

/** The server ends a statement itself; so much later it counts as silent. */
const graceMs = 5_000;

/** What a lease needs of the pool that it is from. */
export interface Lender {
  readonly id: string;
  readonly driver: DriverConnection;
  readonly statementTimeoutMs: number;
  giveBack(discard: boolean): void;
  queryFailed(error: unknown): void;
}

/**
 * A connection, lent until `release`. `connection` is the driver's own: `pg.Client`, or the `Connection` of `mysql2/promise`.
 * Its `end()` and `destroy()` close this connection alone, and end the lease.
 */
export interface Lease<Connection = unknown> {
  readonly id: string;
  /** @throws PoolError POOL_LEASE_OVER after `release`, from here and from anything of the connection */
  readonly connection: Connection;
  /**
   * Runs one statement; placeholders as the server's driver has them: `$1` for PostgreSQL, `?` for MySQL and MariaDB. When
   * the server falls silent, or the signal aborts, the connection is closed.
   *
   * @throws the driver's error; TypeError; PoolError POOL_QUERY_TIMEOUT, POOL_LEASE_OVER
   */
  query<Row = Record<string, unknown>>(
    sql: string,
    params?: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<QueryResult<Row>>;
  /** Gives the connection back: once; later calls do nothing. A transaction that is open in it is rolled back. */
  release(): void;
  /** Gives it back to be closed, as after an error that leaves its state unclear. */
  discard(): void;
}

export class ConnectionLease implements Lease {
  readonly id: string;
  readonly #lender: Lender;
  #isOver = false;
  #guarded: object | undefined;

  constructor(lender: Lender) {
    this.id = lender.id;
    this.#lender = lender;
  }

  get connection(): object {
    this.#check();
    this.#guarded ??= guard(this.#lender.driver.client, {
      check: () => this.#check(),
      discard: () => this.discard(),
    });
    return this.#guarded;
  }

  query<Row = Record<string, unknown>>(
    sql: string,
    params?: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      this.#check();
      if (typeof sql !== 'string') throw new TypeError('The statement must be a text.');
      // mysql2 would take a text for as many values as it has letters.
      if (params && !Array.isArray(params)) throw new TypeError('The values of a statement must be an array.');
      signal?.throwIfAborted();
      const { driver, statementTimeoutMs, queryFailed } = this.#lender;
      const limitMs =
        statementTimeoutMs === 0 ? longestTimerMs : Math.min(longestTimerMs, statementTimeoutMs + graceMs);
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const giveUp = (error: unknown) => {
        end();
        queryFailed(error);
        reject(error);
        this.discard();
      };
      const onAbort = () => giveUp(signal?.reason);
      const timer = setTimeout(() => giveUp(this.#silent()), limitMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      const done = (error: unknown, result?: QueryResult) => {
        end();
        if (error) {
          queryFailed(error);
          reject(error);
        } else resolve(result as QueryResult<Row>);
      };
      try {
        driver.run(sql, params, done);
      } catch (error) {
        done(error);
      }
    });
  }

  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#lender.giveBack(false);
  }

  discard(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#lender.giveBack(true);
  }

  #check(): void {
    if (!this.#isOver) return;
    throw new PoolError(
      'POOL_LEASE_OVER',
      this.id,
      `This connection of "${this.id}" was given back already: somebody else may have it now.`,
    );
  }

  #silent(): PoolError {
    const { id, statementTimeoutMs } = this.#lender;
    return new PoolError(
      'POOL_QUERY_TIMEOUT',
      id,
      `"${id}" did not answer a statement within ${statementTimeoutMs + graceMs} ms; its connection is closed.`,
    );
  }
}

/** The connection for its borrower: nothing of it can be used after the lease, and nothing in it closes the pool. */
function guard(client: object, lease: { check(): void; discard(): void }): object {
  return new Proxy(client, {
    get(target, name) {
      if (name === 'then') return undefined; // It is no promise, also after the lease.
      lease.check();
      if (name === 'end' || name === 'destroy') return async () => lease.discard();
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
