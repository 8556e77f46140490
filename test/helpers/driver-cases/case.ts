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

/** A library of MySQL and MariaDB: a case for each of these. */
export interface MysqlFamilyCase extends Omit<DriverCase, 'engine' | 'open'> {
  readonly engines: readonly MysqlEngine[];
  open(login: Login, wishes: PoolWishes, engine: MysqlEngine): OpenPool | Promise<OpenPool>;
}

type MysqlEngine = 'mysql' | 'mariadb';

export function onEachEngine({ engines, open, ...rest }: MysqlFamilyCase): DriverCase[] {
  return engines.map((engine) => ({ ...rest, engine, open: (login, wishes) => open(login, wishes, engine) }));
}

/** A transaction by hand, of a library that has no call for one. */
export async function within(
  query: Query,
  work: (query: Query) => Promise<void>,
  giveBack: () => unknown,
): Promise<void> {
  try {
    await query('START TRANSACTION');
    await work(query);
    await query('COMMIT');
  } finally {
    await giveBack();
  }
}

/** The first column of the first of those rows. */
export function firstOf(rows: readonly unknown[]): unknown {
  return Object.values(Object(rows[0]))[0];
}
