import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { Warning } from '../base/warning.ts';
import { dsnMeaning } from '../engines/dsn/meaning.ts';
import { type DsnText, readDsnText } from '../engines/dsn/text.ts';
import type { OpenOptions } from '../engines/session.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import { dsnInFile } from './env-file.ts';
import type { Sourced } from './flag.ts';
import { readStdin, readText } from './input.ts';
import type { ReadOption } from './options.ts';
import { placeOf, variableIn } from './place.ts';
import { type Places, placesOf } from './places.ts';
import { findProjectFile, hasPart } from './project/find.ts';
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
 * The server that the user means: a DSN as given, `-` for standard input, `env:NAME` for a variable, `env` or nothing for --url-file, then
 * DATABASE_URL, then the variables of the drivers (PGHOST …, MYSQL_HOST …). Of several hosts it is the first that answers
 * as wanted, for all that follows.
 */
export async function readTarget(argument: Sourced<string> | undefined, read: ReadOption, io: Io): Promise<Named> {
  const named = await readPlaces(argument, read, io);
  const timeoutMs = readTimeoutMs(read);
  const target = await named.choose({ timeoutMs, signal: io.interrupted });
  io.watchLoop?.(timeoutMs);
  return { target, timeoutMs, source: named.source, warnings: named.warnings };
}

/** The places where that server may be, of which no one has been asked yet. */
export interface NamedPlaces extends Places {
  readonly source: string;
  /** The first of several that answers as wanted now. */
  choose(options: OpenOptions): Promise<ConnectionTarget>;
}

/** The same server as readTarget finds, without asking it. */
export async function readPlaces(
  argument: Sourced<string> | undefined,
  read: ReadOption,
  io: Io,
): Promise<NamedPlaces> {
  const { text, isOnCommandLine } = await findDsn(argument, read, io);
  const named = await placesOfText(text, read, io);
  const isExposed = isOnCommandLine && (text.values.has('password') || text.values.has('keyPassword'));
  return isExposed ? { ...named, warnings: [exposed, ...named.warnings] } : named;
}

/** The places of a DSN that stands somewhere else. */
export async function placesOfText(text: DsnText, read: ReadOption, io: Io): Promise<NamedPlaces> {
  const dsn = dsnMeaning(text, layersOf(text, io));
  const { places, warnings } = await placesOf(dsn, read, io);
  const { wantedServer, others } = dsn;
  const choose = async (options: OpenOptions) =>
    wantedServer === undefined && others === undefined
      ? places[0]
      : (await import('../engines/choose-host.ts')).chooseHost(places, wantedServer, options);
  return { places, warnings, source: text.source, choose };
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
    const target = place === 'name' ? await targetNamed(argument.value, io) : undefined;
    if (target) return quiet(target);
    if (place !== 'dsn') {
      throw new PoolctlError('DSN_INVALID', `${argument.source}: this is not a DSN.`, {
        hint: 'Write postgres://user@host:5432/database or mysql://user@host:3306/database, - for standard input, env for DATABASE_URL, or the name of a target in poolctl.yaml.',
      });
    }
    const isOnCommandLine = !argument.source.startsWith('POOLCTL_');
    return { text: readDsnText(argument.value, argument.source), isOnCommandLine };
  }
  const variable = argument && variableIn(argument.value);
  if (variable !== undefined) return quiet({ text: variableOfServer(variable, io), source: variable });
  const urlFile = read(serverFlags['url-file'])?.value;
  if (urlFile !== undefined) return quiet(dsnInUrlFile(urlFile, io));
  const url = io.env['DATABASE_URL'];
  if (url) return quiet({ text: url, source: 'DATABASE_URL' });
  return { text: namedByVariables(io), isOnCommandLine: false };
}

/** @throws PoolctlError INPUT_MISSING */
function variableOfServer(name: string, { env }: Io): string {
  const value = env[name]?.trim() ?? '';
  if (value !== '') return value;
  throw new PoolctlError('INPUT_MISSING', `The environment variable ${name} is not set.`, {
    hint: `Set ${name} to the DSN of the server.`,
  });
}

/** A target of poolctl.yaml. */
async function targetNamed(name: string, io: Io) {
  const file = findProjectFile(io);
  return file && hasPart(file, 'targets')
    ? (await import('./project/target.ts')).dsnOfTarget(name, file, io)
    : undefined;
}

/** `FILE`, or `FILE:NAME` for one variable of it. */
function dsnInUrlFile(given: string, io: Io) {
  const [, file = '', variable] = /^(.+):([A-Za-z_]\w*)$/.exec(given) ?? [];
  const isPart = variable !== undefined && !existsSync(resolve(io.cwd, given)) && existsSync(resolve(io.cwd, file));
  return isPart ? dsnInFile(readText(file, io), file, io, variable) : dsnInFile(readText(given, io), given, io);
}
