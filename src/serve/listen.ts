import { isIP } from 'node:net';
import { PoolctlError } from '../base/errors.ts';
import type { Warning } from '../base/warning.ts';
import type { ServeOptions } from './options.ts';

/** Where it listens unless it is told otherwise. */
export const loopback = '127.0.0.1';

/** Where to listen, and who is answered. */
type ListenSettings = Required<Pick<ServeOptions, 'host' | 'port'>> & Pick<ServeOptions, 'token'>;

export interface ListenFlags {
  /** `127.0.0.1:9187`, `[::1]:9187`, `localhost:9187`, or the port alone, which is on 127.0.0.1. */
  readonly listen: string;
  /** The environment variable that holds the bearer token. */
  readonly listenTokenEnv?: string | undefined;
  /** Answers other machines without a token. */
  readonly listenInsecure?: boolean | undefined;
}

/**
 * Reads the flags of the endpoint. Loopback is served to anybody on the machine; another address needs a token, or the
 * word that none is wanted.
 *
 * @throws PoolctlError
 */
export function listenSettings(
  { listen, listenTokenEnv, listenInsecure = false }: ListenFlags,
  env: Readonly<Record<string, string | undefined>>,
): ListenSettings & { readonly warnings: readonly Warning[] } {
  const { host, port } = parseListen(listen);
  const token = listenTokenEnv === undefined ? undefined : tokenIn(listenTokenEnv, env);
  if (isLoopbackOnly(host)) return { host, port, ...(token === undefined ? {} : { token }), warnings: [] };
  if (token !== undefined && listenInsecure)
    throw new PoolctlError('INPUT_CONTRADICTION', '--listen-token-env and --listen-insecure contradict each other.', {
      hint: 'Give one: a token that is asked for, or the word that none is.',
    });
  if (token === undefined && !listenInsecure)
    throw new PoolctlError('INPUT_MISSING', `--listen ${listen} answers other machines, and no token protects it.`, {
      hint: 'Name the environment variable of a bearer token with --listen-token-env, listen on 127.0.0.1, or say --listen-insecure.',
    });
  return { host, port, ...(token === undefined ? {} : { token }), warnings: [openWarning(listen, token)] };
}

function openWarning(listen: string, token: string | undefined): Warning {
  const who = token === undefined ? 'anybody who reaches it' : 'whoever has the token, which is sent unencrypted,';
  return {
    code: 'LISTENS_TO_OTHERS',
    message: `--listen ${listen} answers other machines: ${who} sees names of users, databases and applications.`,
    hint: 'Let a firewall or a proxy with TLS stand before it, or listen on 127.0.0.1.',
  };
}

function parseListen(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]*)\]|([^:[\]/\s]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? (plain || loopback);
  const port = Number(digits);
  if (digits === '' || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6))
    throw new PoolctlError('VALUE_INVALID', `--listen "${text}" is no address with a port.`, {
      hint: 'Write 9187, 127.0.0.1:9187, [::1]:9187 or 0.0.0.0:9187.',
    });
  return { host, port };
}

/** @throws PoolctlError */
function tokenIn(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const token = env[name];
  if (token === undefined || token === '')
    throw new PoolctlError('INPUT_MISSING', `--listen-token-env: the environment variable ${name} is not set.`, {
      hint: `Set ${name} to a long random text, for example that of: openssl rand -hex 32`,
    });
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new PoolctlError('VALUE_INVALID', `The token in ${name} has characters that no HTTP header takes.`, {
      hint: 'Use letters, digits and marks without spaces and line ends, for example the text of: openssl rand -hex 32',
    });
  return token;
}

/** Whether only programs on this machine reach what listens there: 0.0.0.0, which a client reaches them by too, is every address. */
export function isLoopbackOnly(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
