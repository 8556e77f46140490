import type pg from 'pg';
import { failure } from '../failure.ts';
import type { ConnectionTarget } from '../target.ts';

/** How a server lets us in, in the words of libpq's require_auth. */
type Method = 'none' | 'password' | 'md5' | 'scram-sha-256';

interface Asked {
  readonly mechanisms: readonly string[];
}

/** What a target says of the login, for one client of pg: what it is made with, and that the server asks as it must. */
export class PostgresLogin {
  readonly #target: ConnectionTarget;
  #method: Method = 'none';
  /** Whether the server offered to tie the password to the TLS session. */
  #bindsChannel = false;

  constructor(target: ConnectionTarget) {
    this.#target = target;
  }

  get config(): pg.ClientConfig {
    const { settings, password = '', tls } = this.#target;
    return {
      // As a function, because pg reads PGPASSWORD and ~/.pgpass where the password is left out; and asked just before it is sent.
      password: () => {
        this.#check();
        return password;
      },
      enableChannelBinding: settings.channelBinding !== undefined,
      sslnegotiation: tls.isDirect ? 'direct' : 'postgres',
    } as pg.ClientConfig;
  }

  /** To be called before the client connects. */
  watch(client: pg.Client): void {
    const { connection, connectionParameters } = client as unknown as {
      connection: NodeJS.EventEmitter;
      connectionParameters: object;
    };
    // Otherwise pg would take PGOPTIONS, which the target has where it counts.
    Object.assign(connectionParameters, { options: this.#target.settings.options });
    connection.on('authenticationCleartextPassword', () => {
      this.#method = 'password';
    });
    connection.on('authenticationMD5Password', () => {
      this.#method = 'md5';
    });
    connection.on('authenticationSASL', ({ mechanisms }: Asked) => {
      this.#method = 'scram-sha-256';
      this.#bindsChannel = mechanisms.includes('SCRAM-SHA-256-PLUS');
    });
  }

  /** For a server that let us in without asking. @throws PoolctlError AUTH_FAILED */
  checkLetIn(): void {
    this.#check();
  }

  #check(): void {
    const { settings, address } = this.#target;
    if (settings.channelBinding === 'require' && !this.#bindsChannel) {
      throw failure(
        'AUTH_FAILED',
        `${address} does not bind the password to TLS, and channel_binding=require asks for it.`,
        'It takes TLS and a password of the kind scram-sha-256. If it had them until now, something may stand in between.',
      );
    }
    if (settings.requireAuth === undefined || isAllowed(this.#method, settings.requireAuth)) return;
    throw failure(
      'AUTH_FAILED',
      `${address} asks for the login by "${this.#method}", and require_auth does not allow it.`,
      'If it asked otherwise until now, something may stand in between. Nothing was sent.',
    );
  }
}

/** A list of methods, or with `!` before each of those that are not allowed. */
function isAllowed(method: Method, required: string): boolean {
  const words = required.split(',');
  return words[0]?.startsWith('!') ? !words.includes(`!${method}`) : words.includes(method);
}
