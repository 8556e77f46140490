/** Who may log in where. Admins may create users and databases. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** What the set-up does in a different way for each kind of server. */
export interface Engine {
  readonly name: string;
  /** The variable that names an admin's URL on a server of the developer's own; then none is started. */
  readonly urlVariable: string;
  readonly defaultPort: number;
  /** Starts a server and returns its admin. Throws `Unavailable` where this machine cannot have the server. */
  start(): Promise<Login>;
  /** Creates the ordinary user `name`, with a database of that name for its own. Returns the server's version. */
  createUser(admin: Login, name: string, password: string): Promise<string>;
  dropUser(admin: Login, name: string): Promise<void>;
}

/** The machine lacks the server's program and it cannot be installed: a reason to skip, not a failure. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
