import type { Cleanup } from './cleanup.ts';
import type { ServerProcess } from './server-process.ts';

/** Who may log in where. Admins may create users and databases. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The server's Unix socket, or for PostgreSQL its folder. Admins prefer it: there TLS is never asked for. */
  readonly socketPath?: string;
}

export interface Running {
  readonly admin: Login;
  /** The certificate authority that signed the server's certificate. */
  readonly caFile: string;
  readonly process: ServerProcess;
}

/** What a server shall have that differs from the shared ones. */
export interface Wishes {
  /** The server's own settings, such as `max_connections: 20`. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Lines of PostgreSQL's pg_hba.conf that come before all others. */
  readonly hba?: readonly string[];
  /** How many files MariaDB or MySQL may have open, as `ulimit -n` says it to the server. */
  readonly openFiles?: number;
}

/** What the set-up does in a different way for each kind of server. */
export interface Engine {
  readonly name: string;
  /** The variable that names an admin's URL on a server of the developer's own; then none is started. */
  readonly urlVariable: string;
  readonly defaultPort: number;
  /** Its programs come from where they can vanish any day, so CI too may skip its tests. */
  readonly optional?: true;
  /** Starts a server. Throws `Unavailable` where this machine cannot have it. */
  start(cleanup: Cleanup, wishes: Wishes): Promise<Running>;
  /** Creates the ordinary user `name`, with a database of that name for its own. Returns the server's version. */
  createUser(admin: Login, name: string, password: string): Promise<string>;
  dropUser(admin: Login, name: string): Promise<void>;
}

/** CI skips no tests. vitest.config.ts sets CI for every test, and passes on what it was before as POOLCTL_CI. */
export const isCi = !['', '0', 'false'].includes(process.env['POOLCTL_CI'] ?? '1');

/** The machine lacks the server's program and it cannot be installed: a reason to skip, not a failure. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
