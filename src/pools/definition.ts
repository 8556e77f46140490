import type { EngineId } from '../base/engine.ts';

/** A password that is read when a connection is opened; `LateSecret` reads it from a variable, a file, a program or a provider. */
export interface PoolSecret {
  current(): Promise<string>;
  /** The password after the server refused one: read anew where it is kept. */
  instead(refused: string): Promise<string>;
}

/** How a connection is encrypted, by the names of `node:tls`. Texts are PEM, not names of files. */
export interface PoolTls {
  /** Whether the certificate must be signed by a known authority, for this host. True unless it is false. */
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** One database, as a pool of connections to it is made. */
export interface PoolDefinition {
  readonly engine: EngineId;
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** The password. Without it the login is tried without one. */
  readonly secret?: PoolSecret;
  /** Without it, the connection is not encrypted. */
  readonly tls?: PoolTls;
  /** Most connections at a time: 1 or more; 10. */
  readonly max?: number;
  /**
   * So many stay open while idle, until the pool itself is closed: 0 to `max`; 2 for PostgreSQL, otherwise 0. They are not
   * opened beforehand.
   */
  readonly min?: number;
  /** An idle connection above `min` is closed after so long; 30 000 ms. */
  readonly idleMs?: number;
  /** Longest wait for a connection with its login; 30 000 ms. */
  readonly connectTimeoutMs?: number;
  /** The server ends a statement after so long; 60 000 ms, 0 for no limit. MySQL limits SELECT alone. */
  readonly statementTimeoutMs?: number;
  /** A connection is replaced after so long, give or take 10 %, once it is idle; 1 800 000 ms. */
  readonly lifetimeMs?: number;
  /** What the server shows as the name of the application; PostgreSQL only; `poolctl`. */
  readonly applicationName?: string;
  /** False for an entry that is switched off: it gets no connection. */
  readonly isActive?: boolean;
}

/** A definition, or what reads it when a pool is made, as from a table. */
export type DefinitionSource = PoolDefinition | (() => Promise<PoolDefinition>);
