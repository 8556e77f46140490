import type { EngineId } from '../base/engine.ts';
import type { ConnectionCap, SessionGroup, Unseen } from '../engines/facts.ts';

/** What a target turned out to be. */
export type WatchedKind = EngineId | 'pgbouncer';

/** One look at a target. What this user may not see is left out, and never 0. */
export interface TargetLook {
  readonly kind: WatchedKind;
  readonly version: string;
  /** By the server's clock; PgBouncer's console has none, so there by that of this machine. */
  readonly atMs: number;
  /**
   * Which server it is, then a slash and since when it runs: another value means another server, or one that was restarted.
   * PgBouncer does not say when it started: there only a total that has become smaller tells it.
   */
  readonly serverId: string;
  readonly isReplica: boolean;
  readonly capacity: Capacity;
  /** Sessions in slots of `capacity.max`, that of poolctl included; of PgBouncer, its clients. */
  readonly taken: number;
  /** How many of `taken` may be workers of the server, which take no slot: this user may not see what they are. */
  readonly takenUnsure?: number;
  /** Sessions whose details this user may not see; they are in `taken`. */
  readonly hidden: number;
  /** Sessions that are alike, that of poolctl (application `poolctl watch`) included; largest first. */
  readonly groups: readonly SessionGroup[];
  /** Of all sessions where `unseen` is empty, otherwise of those that this user may see. */
  readonly idleInTransaction?: { readonly sessions: number; readonly oldestSeconds?: number };
  /** As idleInTransaction: the ten longest open transactions, the longest first; aborted ones since they were aborted. */
  readonly transactions?: readonly LongTransaction[];
  /** As idleInTransaction: sessions that wait for a lock. */
  readonly lockWaiters?: number;
  /** The most connections at once that the server itself remembers. */
  readonly highWater?: { readonly connections: number; readonly at?: string };
  /** Connections refused because the server was full, since it started; at least so many. */
  readonly refusedTotal?: number;
  /** Sessions opened since the server started. */
  readonly openedTotal?: number;
  /**
   * Transactions ended since the server started, those of the looks included. PostgreSQL's counter lags by up to 10 s; MariaDB
   * counts COMMIT and ROLLBACK alone, and MySQL tells only users who may read performance_schema.
   */
  readonly transactionsTotal?: number;
  /** Statements that clients sent since the server started, those of the looks included; MySQL and MariaDB. */
  readonly statementsTotal?: number;
  /** The pools of PgBouncer. */
  readonly pools?: readonly PoolerPool[];
  /** The session came through a pooler: the look is of the server behind it, and each may be on another session. */
  readonly throughPooler?: boolean;
  /** The pooler told this session that it had to queue for a connection to the server: query_wait_notify of PgBouncer 1.25. */
  readonly wasQueued?: boolean;
  readonly unseen: readonly Unseen[];
}

/** How many connections a target lets in. */
export interface Capacity {
  /** For ordinary users: `max` without `reserved`. */
  readonly usable: number;
  readonly max: number;
  readonly reserved: number;
  /** What lets in fewer than the setting says, as in ConnectionLimits. */
  readonly lowered?: { readonly by: string; readonly from?: number };
  /** Limits of the user and the database of this session, which counts as well; of PgBouncer, those of all its clients. */
  readonly caps: readonly ConnectionCap[];
}

/** A transaction that is open now. */
export interface LongTransaction {
  readonly seconds: number;
  readonly user: string;
  readonly application?: string;
  readonly database?: string;
  readonly client?: string;
  /** In the server's words: `active`, `idle in transaction`. */
  readonly state: string;
}

/** One pool of PgBouncer: a database and a user. */
export interface PoolerPool {
  readonly database: string;
  readonly user: string;
  readonly mode?: string;
  readonly clientsActive: number;
  readonly clientsWaiting: number;
  readonly serversActive: number;
  readonly serversIdle: number;
  /** All server connections of the pool, in whatever state. */
  readonly servers: number;
  /** pool_size, with the reserve where it is in use. */
  readonly limit?: number;
  /** How long the first in the queue has waited. */
  readonly maxWaitSeconds: number;
}

/** Looks at one target again and again, on one connection that is kept. */
export interface Watcher {
  readonly kind: WatchedKind;
  /** How it got in where ordinary users are refused: `reserved slot`, `extra port 3307`. */
  readonly door?: string;
  /** False when its connection has ended; after an error such as SERVER_TIMEOUT it may still be there, and true. */
  readonly isOpen?: boolean;
  /** Ports by which the server may let in while it is full, as the last look told: for the next Watcher on it. */
  readonly doorPorts?: readonly number[];
  /** @throws PoolctlError */
  look(): Promise<TargetLook>;
  close(): Promise<void>;
}
