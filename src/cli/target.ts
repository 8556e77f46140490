import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { DsnHost } from '../engines/dsn/hosts.ts';
import { type Dsn, dsnMeaning } from '../engines/dsn/meaning.ts';
import { type DsnText, readDsnText } from '../engines/dsn/text.ts';
import { tlsModeNamed } from '../engines/dsn/tls.ts';
import { targetOfDsn } from '../engines/dsn-target.ts';
import { type ConnectionTarget, type TlsMode, tlsModes } from '../engines/target.ts';
import { dsnInFile } from './env-file.ts';
import type { Sourced } from './flag.ts';
import { readStdin, readText } from './input.ts';
import type { ReadOption } from './options.ts';
import { placeOf } from './place.ts';
import { passwordFor, readPasswordFile } from './postgres-files.ts';
import { serverFlags } from './server-flags.ts';
import { layersOf, namedByVariables } from './variables.ts';

export interface Named {
  readonly target: ConnectionTarget;
  readonly timeoutMs: number;
  /** Where the DSN came from, as the answer says it. */
  readonly source: string;
  readonly warnings: readonly Warning[];
}

/**
 * The server that the user means: a DSN as given, `-` for standard input, `env` or nothing for --url-file, then
 * DATABASE_URL, then the variables of the drivers (PGHOST …, MYSQL_HOST …). Of several hosts it is the first that answers
 * as wanted, for all that follows.
 */
export async function readTarget(argument: Sourced<string> | undefined, read: ReadOption, io: Io): Promise<Named> {
  const { text, isOnCommandLine } = await findDsn(argument, read, io);
  const timeoutMs = readTimeoutMs(read);
  const dsn = dsnMeaning(text, layersOf(text, io));
  const { places, warnings } = await placesOf(dsn, read, io);
  const { wantedServer, others } = dsn;
  const target =
    wantedServer === undefined && others === undefined
      ? places[0]
      : await (await import('../engines/choose-host.ts')).chooseHost(places, wantedServer, {
          timeoutMs,
          signal: io.interrupted,
        });
  const isExposed = isOnCommandLine && text.values.has('password');
  return { target, timeoutMs, source: text.source, warnings: [...(isExposed ? [exposed] : []), ...warnings] };
}

/** The places of a DSN, in the order in which they are to be tried, each with its password. */
async function placesOf(dsn: Dsn, read: ReadOption, io: Io) {
  const { protocol, others = [], unused = [], isAnyOrder } = dsn;
  const user = dsn.user ?? (io.env['USER'] || (protocol === 'postgres' ? 'postgres' : 'root'));
  const isFileAsked = protocol === 'postgres' && dsn.password === undefined;
  const passwords = isFileAsked ? readPasswordFile(dsn.passwordFile, io) : { text: '', warnings: [] };
  const named = read(serverFlags.sslmode);
  const mode = (named && parseMode(named.value, named.source)) ?? dsn.tlsMode ?? 'prefer';
  const caFile = read(serverFlags.ca)?.value ?? dsn.caFile;
  const file = (name: string | undefined) => (name ? readPem(name, io) : undefined);
  const more = withoutUndefined({
    user,
    tlsMode: caFile && mode === 'prefer' ? ('verify-ca' as const) : mode,
    ca: file(caFile),
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

/** How long each answer of a server may take. */
export function readTimeoutMs(read: ReadOption): number {
  return read(serverFlags.timeout).value;
}

const exposed: Warning = {
  code: 'PASSWORD_ON_COMMAND_LINE',
  message: 'The password was on the command line, where the history of the shell keeps it.',
  hint: 'Put the DSN into DATABASE_URL and leave it out, or use --url-file FILE, or - for standard input.',
};

interface Found {
  readonly text: DsnText;
  readonly isOnCommandLine: boolean;
}

async function findDsn(argument: Sourced<string> | undefined, read: ReadOption, io: Io): Promise<Found> {
  const quiet = ({ text, source }: { text: string; source: string }) => ({
    text: readDsnText(text, source),
    isOnCommandLine: false,
  });
  const place = argument && placeOf(argument.value, io);
  if (argument && place !== 'env') {
    if (place === 'stdin') return quiet(dsnInFile(await readStdin(io), 'standard input', io));
    if (place !== 'dsn') {
      throw new PoolctlError('DSN_INVALID', `${argument.source}: this is not a DSN.`, {
        hint: 'Write postgres://user@host:5432/database or mysql://user@host:3306/database, - for standard input, or env for DATABASE_URL.',
      });
    }
    return { text: readDsnText(argument.value, argument.source), isOnCommandLine: true };
  }
  const urlFile = read(serverFlags['url-file'])?.value;
  if (urlFile !== undefined) return quiet(dsnInUrlFile(urlFile, io));
  const url = io.env['DATABASE_URL'];
  if (url) return quiet({ text: url, source: 'DATABASE_URL' });
  return { text: namedByVariables(io), isOnCommandLine: false };
}

/** `FILE`, or `FILE:NAME` for one variable of it. */
function dsnInUrlFile(given: string, io: Io) {
  const [, file = '', variable] = /^(.+):([A-Za-z_]\w*)$/.exec(given) ?? [];
  const isPart = variable !== undefined && !existsSync(resolve(io.cwd, given)) && existsSync(resolve(io.cwd, file));
  return isPart ? dsnInFile(readText(file, io), file, io, variable) : dsnInFile(readText(given, io), given, io);
}

function parseMode(text: string, source: string): TlsMode {
  const mode = tlsModeNamed(text);
  if (mode) return mode;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not known.`, {
    hint: `Write one of ${tlsModes.join(', ')}.`,
  });
}
