import { type Protocol, type TlsMode, type TlsVersion, tlsModes, tlsVersions } from '../target.ts';
import type { Setting } from './parameter.ts';

const modes: Readonly<Record<string, TlsMode>> = {
  disable: 'disable',
  disabled: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  preferred: 'prefer',
  require: 'require',
  required: 'require',
  trust: 'require',
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

type Invalid = (why: string, hint: string) => Error;

const isOn = (text: string | undefined) => text !== undefined && !isOff(text);
const isOff = (text: string | undefined) => text !== undefined && /^(?:false|0|off|no)$/i.test(text);

type Dialect = 'jdbc' | 'mariadb' | 'other';
type Values = ReadonlyMap<Setting, string>;

/** Settings by which a DSN asks for TLS, so that PGSSLMODE no longer counts: libpq reads ssl=true as sslmode=require. */
export const tlsWishes = [
  'tlsMode',
  'tlsSwitch',
  'tlsRequired',
  'tlsOff',
  'checkAuthority',
  'checkName',
  'prismaAccept',
] as const;

/** As libpq, MySQL's clients, the drivers of Node.js, Java, Python and Ruby, and Prisma write it; undefined when not at all. */
export function tlsModeOf(values: Values, dialect: Dialect, protocol: Protocol, invalid: Invalid): TlsMode | undefined {
  const named = namedMode(values.get('tlsMode'), invalid);
  const accept = values.get('prismaAccept');
  const isTrusting = isOff(values.get('checkAuthority')) || isOn(values.get('trustAny')) || trustsAny(values, invalid);
  const isCheckedByDefault = dialect === 'mariadb' || (dialect === 'jdbc' && protocol === 'postgres');
  const on = isCheckedByDefault && !isTrusting && !isOn(values.get('checkAuthority')) ? 'verify-full' : 'require';
  const base =
    named ?? switchedMode(values.get('tlsSwitch'), on, invalid) ?? (accept === undefined ? undefined : 'require');
  if (isOn(values.get('tlsOff')) || base === 'disable') return 'disable';
  // Java's drivers do not look at the others beside sslMode.
  if (named !== undefined && dialect === 'jdbc') return named;
  return strictest([
    base,
    accept === undefined || accept === 'accept_invalid_certs' ? undefined : 'verify-full',
    isOn(values.get('checkName')) ? 'verify-full' : undefined,
    isOn(values.get('checkAuthority')) ? 'verify-ca' : undefined,
    isOn(values.get('tlsRequired')) ? 'require' : undefined,
  ]);
}

function strictest(wishes: readonly (TlsMode | undefined)[]): TlsMode | undefined {
  return tlsModes.findLast((mode) => wishes.includes(mode));
}

function namedMode(text: string | undefined, invalid: Invalid): TlsMode | undefined {
  const mode = text === undefined ? undefined : tlsModeNamed(text);
  if (text === undefined || mode) return mode;
  throw invalid('its sslmode is not known.', 'Write disable, prefer, require, verify-ca or verify-full.');
}

/** The classes that PostgreSQL's JDBC driver brings; one of them checks nothing. */
function trustsAny(values: Values, invalid: Invalid): boolean {
  const factory = /(?:^|\.)(\w+)$/.exec(values.get('javaFactory') ?? 'LibPQFactory')?.[1];
  if (factory === 'NonValidatingFactory') return true;
  if (factory === 'LibPQFactory' || factory === 'DefaultJavaSSLFactory') return false;
  throw invalid(
    'sslfactory cannot be followed: poolctl cannot run the code of Java.',
    'Write sslmode and sslrootcert.',
  );
}

/** `ssl=…`: a switch, a word of sslmode (asyncpg), or an object (mysql2). */
function switchedMode(text: string | undefined, on: TlsMode, invalid: Invalid): TlsMode | undefined {
  if (text === undefined) return undefined;
  if (isOff(text)) return 'disable';
  if (/^(?:true|1|on|yes)$/i.test(text)) return on;
  const mode = tlsModeNamed(text);
  if (mode) return mode;
  const settings = objectIn(text);
  if (!settings) {
    throw invalid(
      'its ssl is neither a switch nor a mode.',
      'Write sslmode=verify-full (ssl-mode=VERIFY_IDENTITY) and sslrootcert.',
    );
  }
  if (Object.keys(settings).some((key) => !/^(?:rejectUnauthorized|verifyIdentity)$/.test(key))) {
    throw invalid(
      'its ssl has more than rejectUnauthorized and verifyIdentity.',
      'Name files: ssl-ca, ssl-cert and ssl-key.',
    );
  }
  return settings['rejectUnauthorized'] === false ? 'require' : 'verify-full';
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The lowest and the highest version of a list, also as libpq and Rails write them. */
export function tlsVersionsIn(text: string, invalid: Invalid): readonly [TlsVersion, TlsVersion] {
  const found = text
    .replace(/[[\]()"']/g, '')
    .split(',')
    .map((word) => tlsVersions.findIndex((version) => plain(version) === plain(word)));
  const [lowest, highest] = [tlsVersions[Math.min(...found)], tlsVersions[Math.max(...found)]];
  if (lowest && highest) return [lowest, highest];
  throw invalid('a version of TLS in it is not known.', `Write one of ${tlsVersions.join(', ')}.`);
}

function plain(version: string): string {
  return version
    .trim()
    .toLowerCase()
    .replace(/^tlsv?_?/, '')
    .replace(/^1$/, '1.0')
    .replace('_', '.')
    .replace(/^(\d)(\d)$/, '$1.$2');
}
