import type { DeclaredPool } from '../declared-pool.ts';

/** What an object of a database library is to the code that holds it. */
export type LibraryKind =
  /** The package itself, or a class or function that it exports. */
  | 'module'
  /** Lends connections, or runs statements on one of them: a pool of pg, mysql2, mariadb, postgres.js, slonik, generic-pool. */
  | 'pool'
  /** Lent by a pool: has to be given back. */
  | 'client'
  /** A connection that belongs to no pool: `new Client()`, `createConnection()`. */
  | 'connection'
  /** The function that gives a client back: the third argument of pg's `connect` callback. */
  | 'release'
  /** A transaction that the library opens and ends, or its handle: `trx`, Sequelize's `t`, Prisma's `tx`. */
  | 'transaction'
  | 'dataSource'
  | 'queryRunner'
  | 'entityManager'
  | 'repository'
  | 'knex'
  | 'sequelize'
  | 'prisma'
  | 'drizzle'
  | 'kysely'
  | 'mikroOrm'
  /** A class whose methods run statements: a model of Sequelize or Objection, an entity that extends TypeORM's BaseEntity. */
  | 'model'
  /** A statement that is being built, and runs when it is awaited or executed. */
  | 'query';

/** What an expression is, by evidence of the library: an import that leads to it, or a declared type. Never by its name. */
export interface LibraryObject {
  /** The npm package: `pg`, `mysql2`, `typeorm`. */
  readonly library: string;
  readonly kind: LibraryKind;
  /** The export of a module, with dots: `Pool`, `native.Pool`; empty for the whole module. */
  readonly name?: string;
  /** The pool it is, or takes its connections from, where the declaration is found. */
  readonly pool?: DeclaredPool | undefined;
  /** It stands in a transaction: the manager of a query runner, or of `dataSource.transaction()`. */
  readonly isTransactional?: boolean;
  /** Its methods take a callback and return nothing to wait for: `mysql`, `mysql2` without `/promise`. */
  readonly takesCallbacks?: boolean;
}
