import type { EngineId } from '../base/engine.ts';
import type { ServerIdentity } from './identity.ts';

/** A live server's connections: how many it lets in, which users have them now, and what it did not show. */
export interface ServerFacts {
  readonly engine: EngineId;
  readonly version: string;
  /** Host and port, or the socket. */
  readonly address: string;
  readonly user: string;
  readonly database?: string;
  readonly encrypted: boolean;
  /** Whether it follows another server and takes no writes. */
  readonly replica: boolean;
  readonly uptimeSeconds?: number;
  readonly limits: ConnectionLimits;
  readonly sessions: Sessions;
  readonly timeLimits: readonly LiveTimeLimit[];
  readonly unseen: readonly Unseen[];
  /** Cores, where a setting tells; a hint, not a measurement. */
  readonly cores?: { readonly count: number; readonly source: string };
  /** Amazon's Aurora, or a backend that serves one session and no other (PGlite): what the server tells of itself. */
  readonly flavour?: 'aurora' | 'standalone';
  /** A pooler answers: the session's process is not the one that the login announced. */
  readonly throughPooler: boolean;
  /** The pooler in the path, where it tells of itself. */
  readonly pooler?: AnnouncedPooler;
  /** Which server it is, to tell apart those behind one address. */
  readonly identity: ServerIdentity;
  /** The server's own port, where it is another than the one that was asked: something in between forwards to it. */
  readonly forwardedToPort?: number;
  /** The port from which the server sees the session come, where it does not leave here from that one. */
  readonly relayedFromPort?: number;
  /** It leaves here by TCP and arrives at the server by a Unix socket, or the other way round: it was opened anew in between. */
  readonly changesTransport?: true;
}

/** A pooler that says what it is: PgBouncer 1.26 and newer at the login, pgpool-II when it is asked. */
export interface AnnouncedPooler {
  readonly name: 'PgBouncer' | 'pgpool-II';
  /** The id of its profile. */
  readonly profile: 'pgbouncer' | 'pgpool';
  readonly version: string;
  /** How long it lends a connection to the server: for a session, a transaction or a statement. */
  readonly mode?: 'session' | 'transaction' | 'statement';
  /** Prepared statements that it keeps on each connection to the server; with 0 it does not know them. */
  readonly maxPreparedStatements?: number;
}

/** How many connections the server lets in, and how many are taken. */
export interface ConnectionLimits {
  /** The setting max_connections, or fewer where something else stops the server before (`lowered`). */
  readonly maxConnections: number;
  /** What lets in fewer than the setting says: its name, and what max_connections is set to, where that can be seen. */
  readonly lowered?: { readonly by: string; readonly from?: number };
  /** Slots of max_connections that an ordinary user cannot have; `isOpen` for those that this one can. */
  readonly reserved: readonly { readonly name: string; readonly connections: number; readonly isOpen: boolean }[];
  /** Limits of the user and the database, which come on top. */
  readonly caps: readonly ConnectionCap[];
  /** Sessions from before there was such a limit may not count against it, though `taken` has them. */
  readonly capsMissOlder?: true;
  /** Sessions now in slots of max_connections, without poolctl's own. */
  readonly taken: number;
  /** Those of them that are not this user's. */
  readonly takenByOthers: number;
  /** How many of these may be parallel or background workers, which take no slot: then `taken` is at most so many. */
  readonly takenUnsure?: number;
  /** Doors beside max_connections: an extra or admin port. */
  readonly besides: readonly { readonly name: string; readonly connections?: number; readonly note: string }[];
  /** Why the server lets this user in where it refuses others: its budget is not an application's. */
  readonly privilege?: string;
}

/** A limit of one user or database, in connections. */
export interface ConnectionCap {
  readonly name: string;
  readonly connections: number;
  /** Sessions that count against it now, without poolctl's own. */
  readonly taken: number;
  /** Those of them that are not this user's. */
  readonly takenByOthers: number;
}

/** The server's sessions now, and since it started. */
export interface Sessions {
  /** Sessions of clients, without poolctl's own. */
  readonly connected: number;
  /** How many of them this user may not see details of. */
  readonly hidden: number;
  readonly groups: readonly SessionGroup[];
  /** Of those that this user may see: all, where nothing is `unseen`. Left out where none may be seen. */
  readonly idleInTransaction?: { readonly sessions: number; readonly oldestSeconds?: number };
  /** As idleInTransaction. */
  readonly waitingForLocks?: number;
  /** The most connections at once since `since`, where the server keeps it. */
  readonly highWater?: { readonly connections: number; readonly at?: string };
  /** Connections refused because the server was full, since it started; at least so many. */
  readonly refused?: number;
}

/** Sessions that are alike, as one row. What this user may not see is left out. */
export interface SessionGroup {
  readonly user: string;
  readonly database?: string;
  readonly application?: string;
  readonly client?: string;
  readonly state?: string;
  readonly connections: number;
}

/** A clock of the server that ends sessions or statements. */
export interface LiveTimeLimit {
  readonly name: string;
  readonly kind: 'idle' | 'idle in transaction' | 'transaction' | 'statement';
  /** Left out when it is off. */
  readonly ms?: number;
}

/** Something that this user may not see, and what would show it. */
export interface Unseen {
  readonly what: string;
  readonly grant: string;
}
