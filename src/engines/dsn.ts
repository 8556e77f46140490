import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { Protocol, TlsMode } from './target.ts';

/** What a DSN says; what it leaves out is for the environment and defaults. */
export interface Dsn {
  readonly protocol: Protocol;
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly tlsMode?: TlsMode;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

const protocols: Readonly<Record<string, Protocol>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mysql2: 'mysql',
  mariadb: 'mysql',
};

export const defaultPorts = { postgres: 5432, mysql: 3306 } as const;

const example = 'Write postgres://user:password@host:5432/database, or mysql://user:password@host:3306/database.';

export function isDsn(text: string): boolean {
  return /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/**
 * Reads `scheme://user:password@host:port/database?settings`, also with characters in user or password that a URL would
 * have percent-encoded: what stands before the last @ that a host follows is the login. Its errors never quote the text.
 * @throws PoolctlError DSN_INVALID
 */
export function parseDsn(text: string, source: string): Dsn {
  const invalid = (why: string, hint = example) => new PoolctlError('DSN_INVALID', `${source}: ${why}`, { hint });
  const [, scheme = '', rest = ''] = /^(?:jdbc:)?([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text.trim()) ?? [];
  if (scheme === '') throw invalid('this is not a DSN.');
  const protocol = protocols[scheme.toLowerCase()];
  if (!protocol) throw invalid('poolctl speaks to PostgreSQL, MySQL and MariaDB, and this is for something else.');

  const at = loginEnd(rest);
  const login = at < 0 ? '' : rest.slice(0, at);
  const [, authority = '', path = '', query = ''] =
    /^([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?/.exec(rest.slice(at + 1)) ?? [];
  const place = /^(?:\[([^\]]*)\]|([^:,]*))(?::(\d*))?$/.exec(authority);
  if (!place) {
    throw authority.includes(',')
      ? invalid('several hosts are named.', 'Name one: poolctl measures one server at a time.')
      : invalid('what stands for host and port is neither.');
  }

  // A plus sign stays one: in a DSN it is no blank, as it is in forms.
  const settings = new Map(
    [...new URLSearchParams(query.replaceAll('+', '%2B'))].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const setting = (...names: string[]) => names.map((name) => settings.get(name)).find((value) => value);
  // Prisma's sslcert is the authority's, not the client's.
  const isPrisma = settings.has('sslaccept');
  const portText = place[3] || setting('port');
  const port = portText === undefined ? undefined : Number(portText);
  // Not quoted: where the host is missing, this text is the password.
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw invalid('what stands for the port is not from 1 to 65535.');
  }
  const colon = login.indexOf(':');
  const hostText = decode(place[1] ?? place[2] ?? '') || setting('host');
  const folder = protocol === 'postgres' && hostText?.startsWith('/') ? hostText : undefined;
  const socketPath =
    folder === undefined
      ? setting('socketpath', 'socket', 'unix_socket')
      : `${folder.replace(/\/$/, '')}/.s.PGSQL.${port ?? defaultPorts.postgres}`;
  return {
    protocol,
    ...withoutUndefined({
      host: folder === undefined ? hostText : undefined,
      port,
      socketPath,
      user: decode(colon < 0 ? login : login.slice(0, colon)) || setting('user'),
      password: colon < 0 ? setting('password') : decode(login.slice(colon + 1)),
      database: decode(path) || setting('dbname'),
      tlsMode: tlsMode(settings, invalid),
      caFile: setting('sslrootcert', 'ssl-ca', 'sslca', ...(isPrisma ? ['sslcert'] : [])),
      certFile: isPrisma ? undefined : setting('sslcert', 'ssl-cert'),
      keyFile: setting('sslkey', 'ssl-key'),
    }),
  };
}

/** A host, or none, with what may follow it. */
const isPlace = /^(?:\[[^\]]+\]|[^\s/?#@:=&]+)?(?::\d+)?(?:\/[^?#@]*)?(?:[?#].*)?$/s;
const endsInSetting = /^(?:.*@)?(?:\[[^\]]+\]|[^\s/?#@:]*)(?::\d+)?(?:\/[^?#]*)?\?(?:.*&)?[\w-]+=[^@]*$/s;

/** Where the login ends: at the last @ that a host follows and that is not in a setting; -1 without one. */
function loginEnd(rest: string): number {
  for (let at = rest.lastIndexOf('@'); at >= 0; at = rest.lastIndexOf('@', at - 1)) {
    if (isPlace.test(rest.slice(at + 1)) && !endsInSetting.test(rest.slice(0, at))) return at;
    if (at === 0) break;
  }
  return (/^[^/?#]*/.exec(rest)?.[0] ?? '').lastIndexOf('@');
}

/** Percent-decoded; text that only looks encoded stays as it is. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

const modes: Readonly<Record<string, TlsMode>> = {
  disable: 'disable',
  disabled: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  preferred: 'prefer',
  require: 'require',
  required: 'require',
  'no-verify': 'require',
  'verify-ca': 'verify-ca',
  verify_ca: 'verify-ca',
  'verify-full': 'verify-full',
  verify_full: 'verify-full',
  verify_identity: 'verify-full',
};

/** A mode by any driver's name for it. */
export function tlsModeNamed(text: string): TlsMode | undefined {
  return modes[text.toLowerCase()];
}

/** As libpq, MySQL's clients, the Node drivers and Prisma write it in a URL. */
function tlsMode(settings: ReadonlyMap<string, string>, invalid: (why: string, hint: string) => Error) {
  const named = settings.get('sslmode') ?? settings.get('ssl-mode');
  if (named !== undefined) {
    const mode = tlsModeNamed(named);
    if (mode) return mode;
    throw invalid('its sslmode is not known.', 'Write disable, prefer, require, verify-ca or verify-full.');
  }
  const ssl = settings.get('ssl') ?? settings.get('usessl');
  if (settings.get('sslaccept') === 'strict') return 'verify-full';
  if (settings.has('sslaccept')) return 'require';
  if (ssl === undefined) return undefined;
  if (/^(?:false|0|off)$/i.test(ssl)) return 'disable';
  return /^\{/.test(ssl) && !/"rejectUnauthorized"\s*:\s*false/.test(ssl) ? 'verify-full' : 'require';
}
