import type { DeclaredEntry } from '../declarations/entry.ts';
import { uniformName } from '../declarations/sections.ts';
import { type EntriesAround, poolsOfReader } from './entry-pools.ts';
import type { FilePool } from './file-pool.ts';
import { guessPools } from './guess-pools.ts';

/**
 * The same as `guessPools` for a large file: the system is found by the entries that have a name of one of the systems in
 * their keys, and only the reader of that one goes through all of them.
 */
export function guessAmongMany(entries: readonly DeclaredEntry[], around: EntriesAround): readonly FilePool[] {
  const names = namesOfAll(around);
  const few = entries.filter(({ key, section }) => section !== undefined || hasName(key, names));
  const found = few.length < entries.length / 2 ? guessPools(few, around) : [];
  if (found.length === 0) return guessPools(entries, around);
  const places = new Set(found.map(({ name, at }) => `${name} ${at}`));
  const whole = [...new Set(found.map(({ name }) => name))].flatMap((name) => poolsOfReader(name, entries, around));
  const same = whole.filter(({ name, at }) => places.has(`${name} ${at}`));
  return same.length === found.length ? same : found;
}

function hasName(key: string, names: ReadonlySet<string>): boolean {
  return key.split('.').some((part) => names.has(uniformName(part)));
}

/** Every word that an option of a system has between its dots, and the names of the systems themselves. */
function namesOfAll({ readers, context }: EntriesAround): ReadonlySet<string> {
  const names = Object.entries(readers).flatMap(([name, { drivers, login }]) => [
    name,
    ...drivers.flatMap((driver) => context.namesOf(driver)),
    ...login,
  ]);
  const parts = names.flatMap((name) => name.split('.')).map((part) => uniformName(part.replace(/\*$/, '')));
  return new Set([...parts, ...marks].filter((part) => part !== ''));
}

/** What marks a file of a system and is no option of it. */
const marks = [
  'hikari',
  'tomcat',
  'dbcp',
  'quarkus',
  'datasource',
  'connectionstrings',
  'adapter',
  'pools',
  'replication',
];
