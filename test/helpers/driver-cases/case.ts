import type { Engine, Login } from '../sessions.ts';

/** What is asked of a pool; what is left out is as the library has it by default. */
export interface PoolWishes {
  readonly connections: number;
  readonly idleTimeoutMs?: number;
  /** The library's own limit on a query: the client gives up, and the server may run on. */
  readonly clientTimeoutMs?: number;
}

/** Answers with the first column of the first row. */
export type Query = (sql: string) => Promise<unknown>;

/** A pool of any library, as its users have it. */
export interface OpenPool {
  /** Takes a connection and gives it back by itself. */
  readonly query: Query;
  /** Holds a connection in a transaction of the library's own until `work` is done. */
  transaction(work: (query: Query) => Promise<void>): Promise<unknown>;
  end(): Promise<unknown>;
}

/** A library on an engine. One file each in this folder, and a line in index.ts. */
export interface DriverCase {
  /** The id of its profile. */
  readonly driver: string;
  readonly engine: Engine;
  /** Whether `clientTimeoutMs` does something. */
  readonly hasClientTimeout: boolean;
  /** What its profile says of the whole library, and this case cannot show. */
  readonly cannotShow?: readonly string[];
  open(login: Login, wishes: PoolWishes): OpenPool | Promise<OpenPool>;
}

/** The first column of the first of those rows. */
export function firstOf(rows: readonly unknown[]): unknown {
  return Object.values(Object(rows[0]))[0];
}
