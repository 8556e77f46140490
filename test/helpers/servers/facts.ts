import 'vitest';

/** How a test reaches a database server: as the ordinary user `user`, who owns `database`, or as the admin. */
export interface Server {
  readonly available: true;
  /** Started for this run. False for a server named by a POOLCTL_TEST_*_URL, whose settings are its owner's. */
  readonly startedHere: boolean;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly adminUser: string;
  readonly adminPassword: string;
  /** As the server says it, such as `18.4` or `10.11.19-MariaDB-0+deb12u1`. */
  readonly version: string;
  /** The certificate authority behind the server's TLS. Only servers that were started here have these two. */
  readonly caFile?: string;
  /** The Unix socket; for PostgreSQL and PgBouncer the folder that it is in, as `pg` wants it for a host. */
  readonly socketPath?: string;
}

export interface NoServer {
  readonly available: false;
  readonly reason: string;
}

export type Facts = Server | NoServer;

export type ServerName = 'postgres' | 'postgres13' | 'mariadb' | 'mysql' | 'pgbouncer';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Those that the project starts; of the others there are no facts. */
    servers: readonly ServerName[];
    /** Files that are not run with a server. */
    lacking: Readonly<Partial<Record<ServerName, readonly string[]>>>;
    postgres: Facts | undefined;
    postgres13: Facts | undefined;
    mariadb: Facts | undefined;
    mysql: Facts | undefined;
    pgbouncer: Facts | undefined;
  }
}
