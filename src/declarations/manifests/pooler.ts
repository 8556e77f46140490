import type { SourceSpan } from '../source-span.ts';
import type { Resolved } from '../value.ts';

/** A line of [databases]. */
export interface PooledDatabase {
  /** `*` is any. */
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
  /** The user that all clients become; without it there is a pool for each user. */
  readonly user?: string;
  readonly poolSize?: Resolved;
  readonly reserve?: Resolved;
  readonly mostServers?: Resolved;
  readonly place: SourceSpan;
}

/** A PgBouncer that files configure. Each value is as the files have it, or PgBouncer's default. */
export interface PoolerInFiles {
  readonly kind: 'pgbouncer';
  /** The service that runs it, by name; undefined where no manifest does. */
  readonly service?: string;
  readonly place: SourceSpan;
  readonly mode: Resolved;
  /** Clients that one process takes (max_client_conn). */
  readonly clients: Resolved;
  /** Server connections of one pair of database and user (default_pool_size), and those in reserve for it. */
  readonly poolSize: Resolved;
  readonly reserve: Resolved;
  /** Server connections of one database of a process (max_db_connections); 0 is no limit. */
  readonly mostServers: Resolved;
  /** Server connections of one user of a process (max_user_connections); 0 is no limit. */
  readonly mostOfUser: Resolved;
  /** Prepared statements that it follows in transaction mode (max_prepared_statements); 0 is none. */
  readonly prepared: Resolved;
  /** After how long it ends a client whose query runs on (query_timeout); left out where it does not. */
  readonly queryTimeoutSeconds?: number;
  readonly databases: readonly PooledDatabase[];
}
