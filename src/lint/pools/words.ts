import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import { knownOptionsOf } from '../../declarations/known-options.ts';
import { settingOf } from '../../declarations/setting.ts';
import type { FileContext } from '../project.ts';
import type { RuleReport } from '../rule.ts';

/** The library as messages name it, with the version where it is known: "mysql2 3.24.6", "typeorm 1.1.1 with pg". */
export function libraryOf({ package: name, library, driver, version }: DeclaredPool): string {
  const versioned = `${name ?? library}${version === undefined ? '' : ` ${version}`}`;
  return driver === undefined || driver === library || driver === name ? versioned : `${versioned} with ${driver}`;
}

/** "When all 10 connections are taken", with the size of the pool where it is known. */
export function whenTaken(pool: DeclaredPool, profiles: FileContext['profiles']): string {
  const size = sizeOf(pool, profiles);
  if (size === 1) return 'When the only connection is taken';
  return `When ${size === undefined ? 'every connection is' : `all ${size} connections are`} taken`;
}

/** The size of a pool, its default where nothing sets it; undefined where it is not known or has no limit. */
export function sizeOf(pool: DeclaredPool, profiles: FileContext['profiles']): number | undefined {
  const setting = settingOf(pool, 'connectionLimit', profiles);
  return setting.kind === 'set' || setting.kind === 'unset' ? setting.value : undefined;
}

/** Whether a request fails at once where it would wait. */
export function failsFast(pool: DeclaredPool, drivers: FileContext['profiles']): boolean {
  const options = knownOptionsOf(pool, drivers).filter(
    ({ concept, name }) => concept === 'failFast' && /waitFor/.test(name),
  );
  return options.some(({ name }) =>
    pool.options.some(
      (option) => option.name === name && option.value.kind === 'known' && option.value.value === false,
    ),
  );
}

/** " to each of 3 servers", for a replication. */
export function endpointWords({ endpoints }: DeclaredPool): string {
  return endpoints === undefined || endpoints < 2 ? '' : ` to each of ${endpoints} servers`;
}

/** The texts of options, for rules to search; never shown, because they may be secrets. */
export function optionText(pool: DeclaredPool, names: RegExp): string {
  return pool.options
    .filter(({ name }) => names.test(name))
    .map(({ value }) => (value.kind === 'known' ? String(value.value) : ''))
    .join('\n');
}

/** The value of an option as it may be shown: only numbers and truth values, because text may be a secret. */
export function shownValue({ value }: DeclaredOption): string {
  if (value.kind === 'unknown') return 'not known';
  return typeof value.value === 'string' && !/^\s*-?\d+(?:\.\d+)?\s*$/.test(value.value)
    ? 'text'
    : String(value.value).trim();
}

/** Time as people write it: 400 ms, 30 s, 2 min. */
export function shownMs(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 120_000 || ms % 60_000 !== 0 ? `${ms / 1_000} s` : `${ms / 60_000} min`;
}

/** Where a report about a pool stands, and what stays the same when its lines move. */
export function atPool(pool: DeclaredPool, about: string): Pick<RuleReport, 'place' | 'fingerprint'> {
  return { place: pool.place, fingerprint: `${pool.made} ${pool.name ?? ''}/${about}` };
}

/** The same for one of its options, with the way of its value. */
export function atOption(
  pool: DeclaredPool,
  option: DeclaredOption,
): Pick<RuleReport, 'place' | 'fingerprint' | 'origins'> {
  return { ...atPool(pool, option.name), place: option.place, origins: option.value.origins };
}
