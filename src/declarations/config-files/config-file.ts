import type { DriverOptions } from '../../profiles/driver.ts';
import { withoutSecret } from '../code/libraries/secrets.ts';
import { placeFinder } from '../code/lines.ts';
import type { DeclaredOption, DeclaredPool } from '../declared-pool.ts';
import type { DeclaredEntry, FileFormat, Stretch } from '../entry.ts';
import type { Environment } from '../environment.ts';
import { parseEntries } from '../formats/index.ts';
import { optionsOf } from '../options.ts';
import { isNamed, type Picked, type ReadContext, type Reader } from '../reader.ts';
import type { SourceSpan } from '../source-span.ts';
import type { ReadFile, TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';

/** What may help to read a configuration file beyond itself. */
export interface ConfigContext {
  readonly read: ReadFile;
  readonly environment: Environment;
  readonly profiles: ReadonlyMap<string, DriverOptions>;
}

/** A configuration file with its settings. */
export interface ConfigFile extends TextFile {
  readonly format: FileFormat;
  readonly entries: readonly DeclaredEntry[];
  spanOf(stretch: Stretch): SourceSpan;
}

/** @throws PoolctlError INPUT_INVALID or INPUT_CONTRADICTION where the file is none of that format */
export function settingsOfFile(
  file: TextFile,
  format: FileFormat,
  spanOf: ConfigFile['spanOf'] = placeFinder(file.file, file.text),
): ConfigFile {
  // Maven fills in `@name@`, which is no YAML before.
  const text = format === 'yaml' ? file.text.replace(/(:[ \t]+)@([\w.-]+)@/g, '$1_$2_') : file.text;
  const entries = parseEntries(format, text, file.file);
  return { ...file, format, entries, spanOf };
}

/** What a reader of `convert` needs to know around the entries. */
export function readContext({ file, format }: ConfigFile, { profiles }: ConfigContext): ReadContext {
  const namesOf = (driver: string) => {
    const profile = profiles.get(driver);
    return profile ? optionsOf(profile).map(({ name }) => name) : [];
  };
  return { file, format, namesOf };
}

/** A value as the file has it. */
export function asWritten({ value, key, valueAt }: DeclaredEntry, { spanOf }: ConfigFile): Resolved {
  const place = spanOf(valueAt);
  return { kind: 'known', value, origins: [{ kind: 'literal', text: `${key} in ${place.file}`, place }] };
}

export type PoolAround = Pick<
  DeclaredPool,
  'made' | 'name' | 'opaque' | 'environment' | 'endpoints' | 'package' | 'version'
>;

/** The pool that these entries make, as their system's reader has picked them. */
export function poolFrom(
  picked: Picked,
  reader: Pick<Reader, 'others'>,
  file: ConfigFile,
  around: PoolAround,
  resolve: (entry: DeclaredEntry) => Resolved = (entry) => asWritten(entry, file),
): DeclaredPool | undefined {
  const own = picked.options.filter(({ name }) => !isNamed(name, Object.keys(reader.others)));
  const [first] = own;
  if (!first) return undefined;
  const options = own.map(
    (option): DeclaredOption => ({
      name: option.name,
      value: unsecret(option.name, resolve(option)),
      place: file.spanOf({ start: option.keyAt.start, end: Math.max(option.keyAt.end, option.valueAt.end) }),
      keyPlace: file.spanOf(option.keyAt),
      ...(option.misplaced !== undefined && { misplaced: option.misplaced }),
      ...(option.differs !== undefined && { differs: option.differs }),
    }),
  );
  const starts = own.map(({ keyAt }) => keyAt.start);
  const ends = own.map(({ keyAt, valueAt }) => Math.max(keyAt.end, valueAt.end));
  return {
    library: picked.driver,
    ...(picked.inUse !== undefined && { driver: picked.inUse }),
    ...(picked.engine && { engine: picked.engine }),
    place: file.spanOf({ start: Math.min(...starts), end: Math.max(...ends) }),
    options,
    lives: 'module',
    ...around,
  };
}

/** Pools hold no secret: passwords and logins in URLs are hidden. */
export function unsecret(name: string, value: Resolved): Resolved {
  return value.kind === 'known' ? { ...value, value: withoutSecret(name, value.value) } : value;
}
