import { withoutUndefined } from '../base/without-undefined.ts';
import { isThisMachine } from './this-machine.ts';

/** Drivers that poolctl speaks through; which of MySQL and MariaDB answers is known after the handshake. */
export type Protocol = 'postgres' | 'mysql';

export const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
/** As libpq's sslmode: `prefer` tries TLS and goes on without, `require` does not check the certificate. */
export type TlsMode = (typeof tlsModes)[number];

export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** Whether to encrypt, what to check, and with which certificates. */
export interface TlsSettings {
  readonly mode: TlsMode;
  /** Contents of PEM files, not their names. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Of the key. */
  readonly passphrase?: string;
  /** Revoked certificates (PEM); PostgreSQL only. */
  readonly crl?: string;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /** Without asking first: sslnegotiation=direct of PostgreSQL 17. */
  readonly isDirect?: boolean;
}

/** What a session of PostgreSQL is opened with; MySQL and MariaDB take the timeout alone. */
export interface SessionSettings {
  /** Command-line options of the server process, as in PGOPTIONS. */
  readonly options?: string;
  /** The value of search_path. */
  readonly searchPath?: string;
  readonly channelBinding?: 'prefer' | 'require';
  /** As libpq's require_auth: methods of the login that may be used. */
  readonly requireAuth?: string;
  /** The longest wait for the connection with its login. */
  readonly connectTimeoutMs?: number;
}

/** What a ConnectionTarget is made of. */
export interface TargetParts {
  readonly protocol: Protocol;
  readonly host: string;
  /** Where the host is (libpq's hostaddr): its name is then only for the certificate. */
  readonly hostAddress?: string;
  readonly port: number;
  /** The path of the Unix socket; host and port are then not used. */
  readonly socketPath?: string;
  readonly user: string;
  readonly password?: string;
  readonly database?: string;
  readonly tls: TlsSettings;
  readonly settings?: SessionSettings;
}

/** Where a database is and how to log in. Printing the object never shows its password or key. */
export class ConnectionTarget {
  readonly protocol: Protocol;
  readonly host: string;
  readonly hostAddress: string | undefined;
  readonly port: number;
  readonly socketPath: string | undefined;
  readonly user: string;
  readonly database: string | undefined;
  readonly tlsMode: TlsMode;
  readonly settings: SessionSettings;
  readonly #password: string | undefined;
  readonly #tls: TlsSettings;

  constructor(parts: TargetParts) {
    const { protocol, host, hostAddress, port, socketPath, user, password, database, tls, settings = {} } = parts;
    this.protocol = protocol;
    this.host = host;
    this.hostAddress = hostAddress;
    this.port = port;
    this.socketPath = socketPath;
    this.user = user;
    this.database = database;
    this.tlsMode = tls.mode;
    this.settings = settings;
    this.#password = password;
    this.#tls = tls;
  }

  get password(): string | undefined {
    return this.#password;
  }

  get tls(): TlsSettings {
    return this.#tls;
  }

  /** All that it was made of, secrets included: for another thread, never for people. */
  get parts(): TargetParts {
    return withoutUndefined({ ...this, password: this.#password, tls: this.#tls }) as TargetParts;
  }

  /** The host name or address that is connected to. */
  get reached(): string {
    return this.hostAddress ?? this.host;
  }

  /** Whether the server runs on this machine, as far as its address tells. */
  get isThisMachine(): boolean {
    return isThisMachine({ host: this.reached, socketPath: this.socketPath });
  }

  /** What Node prints for it: without this, Node could be asked to call the getters. */
  [Symbol.for('nodejs.util.inspect.custom')](): object {
    return { ...this, address: this.address };
  }

  /** `db.internal:5432`, `[::1]:5432`, `db.internal:5432 (10.0.0.1)` or the path of the socket. */
  get address(): string {
    if (this.socketPath !== undefined) return this.socketPath;
    const named = `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
    return this.reached === this.host ? named : `${named} (${this.reached})`;
  }
}
