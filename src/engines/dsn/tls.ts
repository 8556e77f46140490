import { type TlsMode, type TlsVersion, tlsVersions } from '../target.ts';
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

/** As libpq, MySQL's clients, the drivers of Node.js, Java, Python and Ruby, and Prisma write it; undefined when not at all. */
export function tlsModeOf(
  values: ReadonlyMap<Setting, string>,
  dialect: 'jdbc' | 'mariadb' | 'other',
  protocol: 'postgres' | 'mysql',
  invalid: Invalid,
): TlsMode | undefined {
  const named = values.get('tlsMode');
  const factory = values.get('javaFactory');
  if (factory !== undefined && !/(?:^|\.)(?:NonValidatingFactory|LibPQFactory|DefaultJavaSSLFactory)$/.test(factory)) {
    throw invalid(
      'sslfactory cannot be followed: poolctl cannot run the code of Java.',
      'Write sslmode and sslrootcert.',
    );
  }
  const accept = values.get('prismaAccept');
  if (named !== undefined) {
    const mode = tlsModeNamed(named);
    if (!mode) {
      throw invalid('its sslmode is not known.', 'Write disable, prefer, require, verify-ca or verify-full.');
    }
    return accept === 'strict' && mode !== 'disable' ? 'verify-full' : mode;
  }
  if (isOn(values.get('tlsOff'))) return 'disable';
  if (accept !== undefined) return accept === 'accept_invalid_certs' ? 'require' : 'verify-full';
  if (isOn(values.get('checkName'))) return 'verify-full';
  const isChecked = isOn(values.get('checkAuthority'));
  const mode = switched(values.get('tlsSwitch'), invalid);
  if (mode === 'on') {
    if (isChecked) return 'verify-ca';
    if (isOff(values.get('checkAuthority')) || isOn(values.get('trustAny')) || /NonVal/.test(factory ?? ''))
      return 'require';
    return dialect === 'mariadb' || (dialect === 'jdbc' && protocol === 'postgres') ? 'verify-full' : 'require';
  }
  if (mode !== undefined) return mode;
  if (isChecked) return 'verify-ca';
  return isOn(values.get('tlsRequired')) ? 'require' : undefined;
}

/** `ssl=…`: a switch, a word of sslmode (asyncpg), or an object (mysql2). */
function switched(text: string | undefined, invalid: Invalid): TlsMode | 'on' | undefined {
  if (text === undefined) return undefined;
  if (isOff(text)) return 'disable';
  if (/^(?:true|1|on|yes)$/i.test(text)) return 'on';
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
