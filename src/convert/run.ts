import type { EngineId } from '../base/engine.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { Leftover } from '../declarations/classify.ts';
import { does } from '../declarations/concepts.ts';
import { type DeclaredEntry, shownKey } from '../declarations/entry.ts';
import type { FoundSetting } from '../declarations/found-setting.ts';
import type { Reader } from '../declarations/reader.ts';
import type { Language } from '../emit/language.ts';
import { chooseTarget, emitSnippets } from '../emit/run.ts';
import type { EmitInput, Emitted, Target } from '../emit/target.ts';
import { targets } from '../emit/targets/index.ts';
import { driverProfile } from '../profiles/load.ts';
import type { PoolSettings } from '../size/input.ts';
import { theOnePool } from './choose.ts';
import type { ReadDriver } from './driver.ts';
import { type ChosenTarget, connectionsBeside, type DroppedSetting, lackedBy, nameDropped } from './dropped.ts';
import { type PoolRead, settlePool } from './file-pool.ts';
import { findPools } from './find-pools.ts';
import { canKeep, withKept } from './kept.ts';
import { poolRemarks } from './remarks.ts';
import type { ReadRequest } from './request.ts';
import { moreUnknown, withUnknownNamed } from './unknown-keys.ts';

/** A file to convert, and the targets to write, by their names in `poolctl emit --list`. */
export interface ConvertRequest extends ReadRequest {
  readonly names: readonly string[];
  readonly language?: Language | undefined;
  readonly driverVersion?: EmitInput['driverVersion'] | undefined;
}

/** The pool that the file declares, the snippets written from it, and the settings that no snippet has. */
export interface Converted {
  readonly from: { readonly name: string; readonly title: string; readonly engine?: EngineId };
  /** Where it stands in the file, where that has several: `production`. */
  readonly at?: string;
  /** The profile of Spring Boot that it is for, where the file has several. */
  readonly springProfile?: string;
  readonly settings: PoolSettings;
  readonly found: readonly FoundSetting[];
  readonly dropped: readonly DroppedSetting[];
  /** Keys of the address and the login: the snippets read these from the environment. */
  readonly byReference: readonly { readonly key: string; readonly line: number }[];
  /** What else is true of the pool: several like it, limits beside the one that decides. */
  readonly remarks: readonly Warning[];
  readonly emitted: Emitted;
  /** The driver of the pool and what it makes of these settings, where its profile says what it does. */
  readonly driver?: ReadDriver;
}

/**
 * One system's settings as other systems' config; what has no counterpart there is listed.
 * @throws PoolctlError INPUT_MISSING where the file has several pools and `at` names none of them
 */
export async function convertSettings(request: ConvertRequest): Promise<Converted> {
  return convertPool(await readPool(request), request);
}

/** The same for each pool of the file, or for those that `at` names. */
export async function convertAll(request: ConvertRequest): Promise<readonly Converted[]> {
  const { drafts, profiles } = await findPools(request);
  return Promise.all(drafts.map((draft) => convertPool(settlePool(draft, profiles), request)));
}

async function convertPool(pool: PoolRead, request: ConvertRequest): Promise<Converted> {
  const { at, springProfile, name, reader, engine, settings, found } = pool;
  const chosen = await Promise.all(
    request.names.map(async (target) => ({ name: target, target: await targetFor(target, request, engine) })),
  );
  const { named, more } = await withUnknownNamed(pool);
  const { emitted, kept } = await emit(request, pool, chosen);
  const dropped = [
    ...(await namesDropped({ ...pool, leftovers: named }, withTexts(chosen, emitted), kept)),
    ...(await Promise.all(chosen.map((target) => lackedBy(target, found)))).flat(),
  ];
  return {
    from: { name, title: reader.title, ...withoutUndefined({ engine }) },
    // Where every pool of Spring Boot is tells nothing.
    ...(at !== '' && at !== 'spring.datasource' && { at }),
    ...withoutUndefined({ springProfile }),
    settings,
    found: found.map(({ key, ...setting }) => ({ ...setting, ...(key !== undefined && { key: shownKey(key) }) })),
    dropped: dropped.sort((a, b) => a.line - b.line),
    byReference: pool.byReference.map(({ key, line }) => ({ key: shownKey(key), line })),
    remarks: [...poolRemarks(pool, request.file), ...moreUnknown(more, pool, request.file)],
    emitted,
    ...withoutUndefined({ driver: await knownDriver(pool) }),
  };
}

/** What only the pools of drivers with a known behaviour need is loaded for those. */
async function knownDriver(pool: PoolRead): Promise<ReadDriver | undefined> {
  const { behaviour, wraps } = await driverProfile(pool.driver);
  return behaviour || wraps ? (await import('./driver.ts')).driverOfPool(pool) : undefined;
}

function withTexts(chosen: readonly ChosenTarget[], { snippets }: Emitted): ChosenTarget[] {
  return chosen.map((one) => {
    const own = snippets.find(({ target }) => target === one.name);
    return { ...one, ...(own && { text: own.text }) };
  });
}

/** What each target has of the options that are no setting of ours, because it is the same system. */
type Kept = ReadonlyMap<string, ReadonlySet<DeclaredEntry>>;

async function namesDropped(pool: PoolRead, chosen: readonly ChosenTarget[], kept: Kept): Promise<DroppedSetting[]> {
  const leftovers: readonly Leftover[] = [
    ...pool.unkept.map(({ entry, option: { concept }, why }) => ({ entry, concept, did: does[concept], why })),
    ...pool.leftovers,
  ];
  const around = { connectionLimit: pool.settings.connectionLimit, beside: connectionsBeside(leftovers) };
  const each = leftovers.map(async (leftover) => {
    const without = chosen.filter(({ name }) => !kept.get(name)?.has(leftover.entry));
    return without.length > 0 ? [await nameDropped(leftover, without, around)] : [];
  });
  return (await Promise.all(each)).flat();
}

/** The settings of the one pool in a file, and all else that the file says of it. */
export async function readPool(request: ReadRequest): Promise<PoolRead> {
  const { drafts, profiles } = await findPools(request);
  return settlePool(theOnePool(drafts, request.file, profiles), profiles);
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

async function emit(
  request: ConvertRequest,
  pool: PoolRead,
  chosen: readonly ChosenTarget[],
): Promise<{ emitted: Emitted; kept: Kept }> {
  const { settings, found, reader, engine } = pool;
  const kept = new Map<string, ReadonlySet<DeclaredEntry>>();
  const all = await Promise.all(
    chosen.map(async ({ name, target }) => {
      const { snippets, warnings } = await emitSnippets({
        names: [name],
        settings,
        why: why(found, reader, request.file),
        engine: await engineFor(name, request.engine, engine),
        language: request.language,
        driverVersion: request.driverVersion,
      });
      if (target.driver !== pool.driver) return { snippets, warnings };
      const known = pool.leftovers.flatMap(({ entry, option }) =>
        option && canKeep(entry, option) ? [{ entry, option }] : [],
      );
      const profile = await driverProfile(target.driver);
      const own = snippets.map((snippet) => withKept(snippet, known, profile));
      kept.set(name, new Set(own.flatMap(({ added }) => added.map(({ entry }) => entry))));
      return { snippets: own.map(({ snippet }) => snippet), warnings };
    }),
  );
  const emitted = {
    snippets: all.flatMap(({ snippets }) => snippets),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
  return { emitted, kept };
}

/** Where the number of connections comes from; the file without its folder. */
function why(found: readonly FoundSetting[], { title }: Reader, file: string): string[] {
  return found
    .filter(({ setting }) => setting === 'connectionLimit')
    .map(({ value, from, key, line, onTop }) => {
      const name = file === '-' ? 'standard input' : (file.split(/[/\\]/).at(-1) ?? '').replace(/[^\w. -]/g, '_');
      const source =
        from === 'file' ? `${shownKey(key ?? '')} of ${title}, ${name} line ${line}` : `the default of ${title}`;
      return `connectionLimit ${value}: ${source}${onTop === undefined ? '' : `, and ${onTop}`}.`;
    });
}
