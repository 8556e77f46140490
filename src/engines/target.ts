import { isThisMachine } from './this-machine.ts';

/** Drivers that poolctl speaks through; which of MySQL and MariaDB answers is known after the handshake. */
export type Protocol = 'postgres' | 'mysql';

export const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
/** As libpq's sslmode: `prefer` tries TLS and goes on without, `require` does not check the certificate. */
export type TlsMode = (typeof tlsModes)[number];

/** Whether to encrypt, what to check, and with which certificates. */
export interface TlsSettings {
  readonly mode: TlsMode;
  /** Contents of PEM files, not their names. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What a ConnectionTarget is made of. */
export interface TargetParts {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  /** The path of the Unix socket; host and port are then not used. */
  readonly socketPath?: string;
  readonly user: string;
  readonly password?: string;
  readonly database?: string;
  readonly tls: TlsSettings;
}

/** Where a database is and how to log in. Printing the object never shows its password or key. */
export class ConnectionTarget {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly socketPath: string | undefined;
  readonly user: string;
  readonly database: string | undefined;
  readonly tlsMode: TlsMode;
  readonly #password: string | undefined;
  readonly #tls: TlsSettings;

  constructor({ protocol, host, port, socketPath, user, password, database, tls }: TargetParts) {
    this.protocol = protocol;
    this.host = host;
    this.port = port;
    this.socketPath = socketPath;
    this.user = user;
    this.database = database;
    this.tlsMode = tls.mode;
    this.#password = password;
    this.#tls = tls;
  }

  get password(): string | undefined {
    return this.#password;
  }

  get tls(): TlsSettings {
    return this.#tls;
  }

  /** Whether the server runs on this machine, as far as its address tells. */
  get isThisMachine(): boolean {
    return isThisMachine(this);
  }

  /** What Node prints for it: without this, Node could be asked to call the getters. */
  [Symbol.for('nodejs.util.inspect.custom')](): object {
    return { ...this, address: this.address };
  }

  /** `db.internal:5432`, `[::1]:5432` or the path of the socket. */
  get address(): string {
    if (this.socketPath !== undefined) return this.socketPath;
    return `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }
}
