import type { EngineId } from '../base/engine.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { type Classified, classify, type Leftover, type Profiles } from '../declarations/classify.ts';
import { does } from '../declarations/concepts.ts';
import { refuseFile, shownKey } from '../declarations/entry.ts';
import { formatOf, parseEntries } from '../declarations/formats/index.ts';
import { guessReader, readerNamed } from '../declarations/guess.ts';
import { optionsOf } from '../declarations/options.ts';
import type { Picked, Reader } from '../declarations/reader.ts';
import { readers } from '../declarations/readers/index.ts';
import { type FoundSetting, type Settled, settle } from '../declarations/settle.ts';
import type { Language } from '../emit/language.ts';
import { chooseTarget, emitSnippets } from '../emit/run.ts';
import type { EmitInput, Emitted, Target } from '../emit/target.ts';
import { targets } from '../emit/targets/index.ts';
import { driverProfile } from '../profiles/load.ts';
import type { PoolSettings } from '../size/input.ts';
import { type DroppedSetting, lackedBy, nameDropped } from './dropped.ts';

/** A file, and the system whose settings it has where the file leaves that open. */
export interface ReadRequest {
  readonly text: string;
  /** As the user calls it. */
  readonly file: string;
  readonly from?: string | undefined;
  readonly engine?: EngineId | undefined;
}

/** A file to convert, and the targets to write, by their names in `poolctl emit --list`. */
export interface ConvertRequest extends ReadRequest {
  readonly names: readonly string[];
  readonly language?: Language | undefined;
  readonly driverVersion?: EmitInput['driverVersion'] | undefined;
}

/** The pool that the file declares, the snippets written from it, and the settings that no snippet has. */
export interface Converted {
  readonly from: { readonly name: string; readonly title: string; readonly engine?: EngineId };
  readonly settings: PoolSettings;
  readonly found: readonly FoundSetting[];
  readonly dropped: readonly DroppedSetting[];
  /** Keys of the address and the login: the snippets read these from the environment. */
  readonly byReference: readonly { readonly key: string; readonly line: number }[];
  readonly emitted: Emitted;
}

interface PoolRead extends Settled, Pick<Classified, 'leftovers' | 'byReference'> {
  readonly name: string;
  readonly reader: Reader;
  readonly engine: EngineId | undefined;
}

/** One system's settings as other systems' config; what has no counterpart there is listed. */
export async function convertSettings(request: ConvertRequest): Promise<Converted> {
  const pool = await readPool(request);
  const { name, reader, engine, settings, found, unkept } = pool;
  const chosen = await Promise.all(
    request.names.map(async (target) => ({ name: target, target: await targetFor(target, request, engine) })),
  );
  const leftovers: readonly Leftover[] = [
    ...unkept.map(({ entry, option: { concept }, why }) => ({ entry, concept, did: does[concept], why })),
    ...pool.leftovers,
  ];
  const dropped = [
    ...(await Promise.all(leftovers.map((leftover) => nameDropped(leftover, chosen)))),
    ...(await Promise.all(chosen.map((target) => lackedBy(target, found)))).flat(),
  ];
  return {
    from: { name, title: reader.title, ...withoutUndefined({ engine }) },
    settings,
    found: found.map(({ key, ...setting }) => ({ ...setting, ...(key !== undefined && { key: shownKey(key) }) })),
    dropped: dropped.sort((a, b) => a.line - b.line),
    byReference: pool.byReference.map(({ key, line }) => ({ key: shownKey(key), line })),
    emitted: await emit(request, pool),
  };
}

/** The settings of the pool in a file, and all else that the file says of it. */
export async function readPool({ text, file, from, engine }: ReadRequest): Promise<PoolRead> {
  const asked = from === undefined ? undefined : readerNamed(from, readers);
  const format = formatFor(asked, text, file);
  const entries = parseEntries(format, text, file);
  const profiles = await profilesFor(asked ? [asked] : Object.values(readers));
  const context = { file, format, engine, namesOf: (driver: string) => namesOf(driver, profiles) };
  const name = from ?? guessReader(entries, format, { readers, profiles, context });
  const reader = readerNamed(name, readers);
  const picked = reader.pick(entries, context);
  const { candidates, leftovers, byReference } = classify(reader, picked, profiles, file);
  if (candidates.length === 0 && !isOf(picked, leftovers)) {
    throw refuseFile(
      file,
      1,
      `there is no setting of ${reader.title} in it.`,
      `Is ${file} the right file, and ${name} the right system?`,
    );
  }
  const settled = settle(candidates, picked.direct ?? [], {
    profile: profiles.get(picked.driver) ?? (await driverProfile(picked.driver)),
    title: reader.title,
    // Spring Boot binds a number, and leaves no suffix for the pool to read.
    spelling: { file, isTyped: reader.isTyped === true, hasSuffixes: reader.hasSuffixes === true && !picked.isMarked },
  });
  return { name, reader, engine: engine ?? picked.engine, leftovers, byReference, ...settled };
}

/** Whether a file without any of the main settings still is of that system. */
function isOf({ isMarked, direct = [] }: Picked, leftovers: readonly Leftover[]): boolean {
  return isMarked || direct.length > 0 || leftovers.some(({ concept }) => concept !== undefined);
}

function formatFor(reader: Reader | undefined, text: string, file: string) {
  const format = formatOf(text, file);
  return !reader || reader.formats.includes(format) ? format : (reader.formats[0] ?? format);
}

async function profilesFor(wanted: readonly Reader[]): Promise<Profiles> {
  const ids = wanted.flatMap(({ drivers, rivals = [], wrapped }) => [
    ...drivers,
    ...rivals,
    ...Object.values(wrapped?.drivers ?? {}),
  ]);
  return new Map(await Promise.all([...new Set(ids)].map(async (id) => [id, await driverProfile(id)] as const)));
}

function namesOf(driver: string, profiles: Profiles): string[] {
  const profile = profiles.get(driver);
  return profile ? optionsOf(profile).map(({ name }) => name) : [];
}

async function targetFor(
  name: string,
  { engine, driverVersion }: ConvertRequest,
  found: EngineId | undefined,
): Promise<Target> {
  return chooseTarget(name, await engineFor(name, engine, found), driverVersion);
}

/** The source's engine where the target talks to it; else undefined, which takes the target's first engine. */
async function engineFor(
  name: string,
  asked: EngineId | undefined,
  found: EngineId | undefined,
): Promise<EngineId | undefined> {
  if (asked !== undefined || found === undefined || !Object.hasOwn(targets, name)) return asked;
  const variants = (await targets[name]?.()) ?? [];
  return variants.some(({ engines }) => engines.includes(found)) ? found : undefined;
}

async function emit(request: ConvertRequest, { settings, found, reader, engine }: PoolRead): Promise<Emitted> {
  const all = await Promise.all(
    request.names.map(async (name) =>
      emitSnippets({
        names: [name],
        settings,
        why: why(found, reader, request.file),
        engine: await engineFor(name, request.engine, engine),
        language: request.language,
        driverVersion: request.driverVersion,
      }),
    ),
  );
  return { snippets: all.flatMap(({ snippets }) => snippets), warnings: all.flatMap(({ warnings }) => warnings) };
}

/** Where the number of connections comes from; the file without its folder. */
function why(found: readonly FoundSetting[], { title }: Reader, file: string): string[] {
  return found
    .filter(({ setting }) => setting === 'connectionLimit')
    .map(({ value, from, key, line }) => {
      const name = file === '-' ? 'standard input' : (file.split(/[/\\]/).at(-1) ?? '').replace(/[^\w. -]/g, '_');
      const source =
        from === 'file' ? `${shownKey(key ?? '')} of ${title}, ${name} line ${line}` : `the default of ${title}`;
      return `connectionLimit ${value}: ${source}.`;
    });
}
