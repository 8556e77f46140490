import { isThisMachine } from './this-machine.ts';

/** Drivers that poolctl speaks through; which of MySQL and MariaDB answers is known after the handshake. */
export type Protocol = 'postgres' | 'mysql';

export const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
/** As libpq's sslmode: `prefer` tries TLS and goes on without, `require` does not check the certificate. */
export type TlsMode = (typeof tlsModes)[number];

export interface TlsSettings {
  readonly mode: TlsMode;
  /** Contents of PEM files, not their names. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface TargetParts {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  /** The Unix socket itself; host and port are then of no matter. */
  readonly socketPath?: string;
  readonly user: string;
  readonly password?: string;
  readonly database?: string;
  readonly tls: TlsSettings;
}

/** Where a database is and how to log in. Its password and key are shown by nothing that prints an object. */
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

  /** What Node prints for it: otherwise it would call the getters, when it is asked to. */
  [Symbol.for('nodejs.util.inspect.custom')](): object {
    return { ...this, address: this.address };
  }

  /** `db.internal:5432`, `[::1]:5432` or the path of the socket. */
  get address(): string {
    if (this.socketPath !== undefined) return this.socketPath;
    return `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }
}
