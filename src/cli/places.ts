import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { DsnHost } from '../engines/dsn/hosts.ts';
import type { Dsn } from '../engines/dsn/meaning.ts';
import { tlsModeNamed } from '../engines/dsn/tls.ts';
import { targetOfDsn } from '../engines/dsn-target.ts';
import { type ConnectionTarget, type TlsMode, tlsModes } from '../engines/target.ts';
import { readText } from './input.ts';
import type { ReadOption } from './options.ts';
import { passwordFor, readPasswordFile, usualAuthority } from './postgres-files.ts';
import { serverFlags } from './server-flags.ts';

export interface Places {
  /** In the order in which they are to be tried. */
  readonly places: readonly [ConnectionTarget, ...ConnectionTarget[]];
  readonly warnings: readonly Warning[];
}

/** The places of a DSN, each with its password and the certificates; flags win over the DSN. @throws PoolctlError INPUT_UNREADABLE */
export async function placesOf(dsn: Dsn, read: ReadOption, io: Io): Promise<Places> {
  const { protocol, others = [], unused = [], isAnyOrder } = dsn;
  const user = dsn.user ?? (io.env['USER'] || (protocol === 'postgres' ? 'postgres' : 'root'));
  const isFileAsked = protocol === 'postgres' && dsn.password === undefined;
  const passwords = isFileAsked ? readPasswordFile(dsn.passwordFile, io) : { text: '', warnings: [] };
  const named = read(serverFlags.sslmode);
  const mode = (named && parseMode(named.value, named.source)) ?? dsn.tlsMode ?? 'prefer';
  const caFile = read(serverFlags.ca)?.value ?? dsn.caFile;
  const isUsual = protocol === 'postgres' && !dsn.isCaOfSystem && /^(?:require|verify)/.test(mode);
  const file = (name: string | undefined) => (name ? readPem(name, io) : undefined);
  const more = withoutUndefined({
    user,
    tlsMode: caFile && mode === 'prefer' ? ('verify-ca' as const) : mode,
    ca: file(caFile ?? (isUsual ? usualAuthority(io) : undefined)),
    cert: file(dsn.certFile),
    key: file(dsn.keyFile),
    crl: file(dsn.crlFile),
  });
  // A limit that the user gives for this run goes before that of the DSN.
  const { connectTimeoutMs: _, ...untimed } = dsn;
  const bounded: Dsn = read(serverFlags.timeout).source === 'default' ? dsn : untimed;
  const at = (place: DsnHost) =>
    targetOfDsn(bounded, {
      ...more,
      place,
      ...withoutUndefined({ password: dsn.password ?? passwordFor(passwords.text, place, user, dsn.database) }),
    });
  const first = at(dsn);
  if (more.cert ?? more.key ?? more.crl ?? more.ca) await checkFiles(first);
  const places: [ConnectionTarget, ...ConnectionTarget[]] = [first, ...others.map(at)];
  if (isAnyOrder) shuffle(places);
  return { places, warnings: [...(unused.length > 0 ? [noUseFor(unused)] : []), ...passwords.warnings] };
}

function noUseFor(names: readonly string[]): Warning {
  return {
    code: 'DSN_SETTINGS_UNUSED',
    message: `poolctl has no use for ${names.length === 1 ? 'a setting' : `${names.length} settings`} of the DSN: ${names.join(', ')}.`,
    hint: 'None of them chooses server, database or security, as far as poolctl knows them. `poolctl explain dsn` says more.',
  };
}

function shuffle<T>(items: T[]): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
}

/** The drivers would say that the server closed the connection. @throws PoolctlError INPUT_UNREADABLE */
async function checkFiles({ tls }: ConnectionTarget): Promise<void> {
  const { createSecureContext } = await import('node:tls');
  const { mode: _, isDirect: __, ...files } = tls;
  try {
    createSecureContext(files);
  } catch (error) {
    const { code } = error as { code?: string };
    throw new PoolctlError('INPUT_UNREADABLE', `The certificates or the key for TLS cannot be used (${code}).`, {
      hint: 'Is each of them whole, does the key belong to the certificate, and is sslpassword that of the key?',
    });
  }
}

/** The drivers would fall silent at a file of another kind. */
function readPem(name: string, io: Io): string {
  const text = readText(name, io);
  if (text.includes('-----BEGIN ')) return text;
  throw new PoolctlError('INPUT_UNREADABLE', `${name} is no PEM file.`, {
    hint: 'PEM files have lines -----BEGIN …-----. `openssl` turns DER, PKCS-8 and PKCS-12 files into them.',
  });
}

function parseMode(text: string, source: string): TlsMode {
  const mode = tlsModeNamed(text);
  if (mode) return mode;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not known.`, {
    hint: `Write one of ${tlsModes.join(', ')}.`,
  });
}
