import { PoolctlError } from '../base/errors.ts';
import { analyseCode } from '../declarations/code/analyse.ts';
import type { CodeFile } from '../declarations/code/code-file.ts';
import type { CodeHost } from '../declarations/code/code-host.ts';
import { exportedEntries } from '../declarations/code/exported-entries.ts';
import { ownLimits } from '../declarations/code/own-wrappers.ts';
import { parseCode } from '../declarations/code/parse.ts';
import { whyNotCode } from '../declarations/code/readable.ts';
import type { DeclaredOption, DeclaredPool } from '../declarations/declared-pool.ts';
import { refuseFile } from '../declarations/entry.ts';
import type { Environment } from '../declarations/environment.ts';
import { readerNamed } from '../declarations/guess.ts';
import { type Drivers, knownOptionsOf } from '../declarations/known-options.ts';
import type { DirectSetting, PickedOption, Reader } from '../declarations/reader.ts';
import { readers } from '../declarations/readers/index.ts';
import { sourceReaders } from '../declarations/sources/index.ts';
import { allDriverProfiles } from '../profiles/all-drivers.ts';
import { chosenPools } from './choose.ts';
import type { FilePool, PoolsFound } from './file-pool.ts';
import type { ReadBeside, ReadRequest } from './request.ts';
import { poolsInSettings } from './settings-file.ts';

/** Nothing but the file itself tells what a variable of the environment is. */
const noEnvironment: Environment = { valuesOf: () => [] };

/** The pools that a file of code makes, or holds the options of. @throws PoolctlError INPUT_INVALID, INPUT_MISSING */
export async function poolsInCode(request: ReadRequest): Promise<PoolsFound> {
  const { text, file, from } = request;
  if (from !== undefined) readerNamed(from, readers);
  const profiles = await allDriverProfiles();
  const path = file.replace(/\\/g, '/').replace(/^(?:\.?\/)+/, '');
  const source = sourceReaders.find((reader) => reader.claims({ file: path, text }));
  const host = hostFor(request, path);
  const script = source ? undefined : scriptIn(request, path);
  const pools = source
    ? source.pools({ file: path, text }, { environment: noEnvironment, read: host.read })
    : script
      ? analyseCode(script, host).pools
      : [];
  const own = script && pools.length === 1 ? ownLimits(script) : [];
  const found = pools
    .filter(({ library }) => profiles.has(library))
    .map((pool) => draftOf(pool, own, request, profiles));
  const wanted = from === undefined ? found : found.filter(({ name }) => name === from);
  if (wanted.length > 0) return { drafts: chosenPools(distinct(wanted), request), profiles };
  if (source) throw noPool(file, source.language);
  const entries = script ? exportedEntries(script, host) : [];
  const known = { readers: from === undefined ? readers : { [from]: readerNamed(from, readers) }, profiles };
  const drafts = entries.length > 0 ? poolsInSettings(request, { entries, format: 'yaml' }, known) : [];
  if (drafts.length === 0) throw noPool(file, 'JavaScript');
  return { drafts, profiles };
}

function scriptIn({ text, file }: ReadRequest, path: string): CodeFile {
  const code = parseCode(path, text);
  if (code) return code;
  const why = whyNotCode(text) ?? 'it has a syntax error';
  throw refuseFile(file, 1, `${why}, so it was not read.`, 'Is it JavaScript or TypeScript?');
}

function noPool(file: string, language: string): PoolctlError {
  return new PoolctlError('INPUT_MISSING', `${file} makes no pool that poolctl knows, as ${language}.`, {
    hint: 'Paste the options as JSON and name their system with --from, or write the pool by hand: `poolctl emit NAME --connection-limit 20`.',
  });
}

/** Imports are read beside the file. */
function hostFor({ text, readBeside }: ReadRequest, path: string): CodeHost {
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const read: ReadBeside = (other) => (other === path ? text : readBeside?.(relativeTo(folder, other)));
  return { read, exists: (other) => read(other) !== undefined };
}

function relativeTo(folder: string, path: string): string {
  const from = folder === '' ? [] : folder.split('/');
  const to = path.split('/');
  const same = from.findIndex((part, index) => part !== to[index]);
  const shared = same < 0 ? from.length : same;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}

/** As messages call a library that no reader of settings is for. */
const unread: Omit<Reader, 'title' | 'drivers'> = {
  formats: [],
  login: ['host', 'port', 'user', 'username', 'password', 'database', 'url', 'uri', 'connectionString', 'ssl', 'ssl.*'],
  others: {},
  pick: () => ({ driver: '', isMarked: false, options: [] }),
};

function draftOf(
  pool: DeclaredPool,
  direct: readonly DirectSetting[],
  { file, engine }: ReadRequest,
  profiles: Drivers,
): FilePool {
  const { library, driver, version, opaque, endpoints = 1, environment, name, made } = pool;
  const profile = profiles.get(library);
  if (!profile) throw new PoolctlError('PROFILE_UNKNOWN', `There is no profile "${library}".`);
  const known = Object.entries(readers).find(([, reader]) => reader.drivers.includes(library));
  const reader: Reader = known?.[1] ?? {
    ...unread,
    title: profile.title.replace(/[,:(].*$/s, '').trim(),
    drivers: [library],
  };
  return {
    at: library === 'ecto' ? (name ?? made) : (environment ?? name ?? made),
    name: known?.[0] ?? library,
    reader,
    picked: {
      driver: library,
      isMarked: true,
      options: driversOwn(pool, direct).map(optionOf),
      ...(direct.length > 0 && { direct }),
      ...nobodyIn(direct),
      ...(driver !== undefined && { inUse: driver }),
      ...(pool.engine && { engine: pool.engine }),
      ...(endpoints > 1 && { alike: { count: endpoints, what: 'nodes of a replication' } }),
    },
    profile,
    spelling: { file, isTyped: true, hasSuffixes: false },
    index: knownOptionsOf(pool, profiles),
    ...(engine && { engine }),
    ...(version !== undefined && { version }),
    ...(opaque !== undefined && { opaque }),
  };
}

/** A queue limit that a snippet keeps itself is in the place of the driver's. */
function driversOwn({ options }: DeclaredPool, direct: readonly DirectSetting[]): readonly DeclaredOption[] {
  if (!direct.some(({ concept }) => concept === 'queueLimit')) return options;
  return options.filter(({ name }) => !/(?:^|\.)queueLimit$/.test(name));
}

/** A queue limit of 0 that a snippet keeps itself lets nobody wait. */
function nobodyIn(direct: readonly DirectSetting[]) {
  const none = direct.find(({ concept, value }) => concept === 'queueLimit' && value === 0);
  return none ? { nobodyWaits: none } : {};
}

function optionOf({ name, value, place, keyPlace, misplaced }: DeclaredOption): PickedOption {
  return {
    ...{ name, key: name, line: keyPlace.line, keyAt: keyPlace, valueAt: { start: keyPlace.end, end: place.end } },
    value: value.kind === 'known' ? value.value : '',
    ...(value.kind === 'unknown' && { unknown: value.why }),
    ...(misplaced !== undefined && { misplaced }),
  };
}

/** Those of one name are told apart by their order. */
function distinct(drafts: readonly FilePool[]): FilePool[] {
  const counts = new Map<string, number>();
  for (const { at } of drafts) counts.set(at, (counts.get(at) ?? 0) + 1);
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const number = (seen.get(draft.at) ?? 0) + 1;
    seen.set(draft.at, number);
    return counts.get(draft.at) === 1 ? draft : { ...draft, at: `${draft.at}.${number}` };
  });
}
