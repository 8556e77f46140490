import { type EngineId, engineNames } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import type { Warning } from '../base/warning.ts';
import type { DeclaredEntry } from '../declarations/entry.ts';
import { parseEntries } from '../declarations/formats/index.ts';
import type { PoolSettings } from '../size/input.ts';
import { lackWarnings } from './lacks.ts';
import { type EngineHint, engineHints, isCompatible } from './merge/engine-told.ts';
import { mergeLines } from './merge/lines.ts';
import type { LeftAssignment, MetAssignment, MetReference } from './merge/met.ts';
import { pathBelow, serverKeysOf, springParent } from './merge/spring-pool.ts';
import { mergeYaml } from './merge/yaml.ts';
import { type EmitRequest, inputFor } from './run.ts';
import type { Assignment, SettingsFile, Target } from './target.ts';

/** Which of the settings were given; the others have poolctl's defaults, which are not for a file that has its own. */
export type GivenSettings = readonly (keyof PoolSettings)[];

/** A file with the settings in it, and the server that they are for where that makes a difference. */
export interface SettledFile {
  readonly text: string;
  readonly warnings: readonly Warning[];
  /** What the file had for each of the settings. */
  readonly met: readonly MetAssignment[];
  readonly engine?: EngineId;
  /** Where the file says so. */
  readonly toldBy?: EngineHint;
}

/**
 * Puts those settings that were given into the text of a file that has others. The server's engine is the one that was
 * named, or else the one that the file speaks of.
 * @throws PoolctlError INPUT_CONTRADICTION, INPUT_MISSING where it depends on the engine and nothing names one
 */
export async function putInto(
  existing: string,
  file: string,
  target: Target & { readonly inFile: SettingsFile },
  request: EmitRequest,
  given: GivenSettings,
): Promise<SettledFile> {
  const { inFile } = target;
  const { format, section, springBlock: block } = inFile;
  const isForSeveral = target.engines.length > 1;
  const entries = isForSeveral || block !== undefined ? entriesIn(existing, file, inFile) : [];
  const parent = block === undefined ? undefined : springParent(entries, block, file);
  const serverKeys = parent === undefined || block === undefined ? undefined : serverKeysOf(parent, block);
  const hints = isForSeveral ? engineHints(entries, serverKeys) : [];
  const { engine, toldBy } = engineFor(hints, file, request.engine);
  const { assignments, isForOne } = assignmentsFor(target, { ...request, engine }, given, { hints, file });
  const placed = assignments.map((assignment) =>
    parent === undefined ? assignment : { ...assignment, path: pathBelow(parent, assignment.path) },
  );
  const merge = format === 'yaml' ? mergeYaml : mergeLines;
  const form = { format, ...(section !== undefined && { section }), isSpring: parent !== undefined };
  const { text, references, left, met } = merge(existing, placed, form, file);
  return {
    text,
    met,
    warnings: [
      ...references.map((reference) => referenceWarning(reference, file)),
      ...left.map((assignment) => leftWarning(assignment, file)),
      ...(await lackWarnings(target, onlyGiven(request.settings, given))),
    ],
    ...(isForOne && engine && { engine, ...(toldBy && { toldBy }) }),
  };
}

function entriesIn(text: string, file: string, { format }: SettingsFile): DeclaredEntry[] {
  try {
    return parseEntries(format, text, file);
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    const hint = 'Write to a new file, and put it in place by hand.';
    throw new PoolctlError(error.code, error.message, { hint });
  }
}

function engineFor(
  hints: readonly EngineHint[],
  file: string,
  asked: EngineId | undefined,
): { engine: EngineId | undefined; toldBy?: EngineHint | undefined } {
  const [first] = hints;
  if (asked !== undefined) {
    if (!first || hints.some(({ engine }) => isCompatible(engine, asked))) return { engine: asked };
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `${engineNames[asked]} was named, and ${file}:${first.line} is for ${engineNames[first.engine]} (${first.key}).`,
      { hint: `Leave --engine out, or give --engine ${first.engine}.` },
    );
  }
  if (!first || !hints.every(({ engine }) => isCompatible(engine, first.engine))) return { engine: undefined };
  // A driver for MySQL may talk to MariaDB; what names MariaDB means it.
  const toldBy = hints.find(({ engine }) => engine === 'mariadb') ?? first;
  return { engine: toldBy.engine, toldBy };
}

/** The assignments of the settings given, and whether they would be others for another engine. */
function assignmentsFor(
  target: Target & { readonly inFile: SettingsFile },
  request: EmitRequest,
  given: GivenSettings,
  told: { hints: readonly EngineHint[]; file: string },
): { assignments: readonly Assignment[]; isForOne: boolean } {
  const wanted = (engine: EngineId | undefined) =>
    target.inFile.assignments(inputFor(target, { ...request, engine })).filter(({ of }) => given.includes(of));
  const perEngine = target.engines.map((engine) => ({ engine, found: orUndefined(() => wanted(engine)) }));
  const differing = firstDifference(perEngine);
  if (differing !== undefined && request.engine === undefined) throw engineMissing(target, differing, told);
  return { assignments: wanted(request.engine), isForOne: differing !== undefined };
}

/** What one key would be for each engine; undefined where that cannot be had. */
interface Differing {
  readonly key: string;
  readonly values: readonly { readonly engine: EngineId; readonly value: string | number | undefined }[];
}

function firstDifference(
  perEngine: readonly { engine: EngineId; found: readonly Assignment[] | undefined }[],
): Differing | undefined {
  const keys = new Set(perEngine.flatMap(({ found = [] }) => found.map(({ path }) => path.join('.'))));
  return [...keys]
    .map((key): Differing => {
      const valueIn = (found: readonly Assignment[] = []) => found.find(({ path }) => path.join('.') === key)?.value;
      return { key, values: perEngine.map(({ engine, found }) => ({ engine, value: valueIn(found) })) };
    })
    .find(({ values }) => new Set(values.map(({ value }) => value)).size > 1);
}

function engineMissing(
  { engines }: Target,
  { key, values }: Differing,
  { hints, file }: { hints: readonly EngineHint[]; file: string },
): PoolctlError {
  const [one, ...others] = hints;
  const other = one && others.find(({ engine }) => !isCompatible(engine, one.engine));
  const place = ({ engine, line }: EngineHint) => `${engineNames[engine]} (line ${line})`;
  const says = one && other ? `speaks of ${place(one)} and of ${place(other)}` : 'does not say which server it is for';
  const each = values.map(({ engine, value }) => `${value ?? 'impossible'} for ${engineNames[engine]}`).join(', ');
  return new PoolctlError('INPUT_MISSING', `${file} ${says}, and ${key} would be ${each}.`, {
    hint: `Give --engine ${engines.join(', or ')}.`,
  });
}

function referenceWarning({ key, line, written, value, isKept, names }: MetReference, file: string): Warning {
  return {
    code: 'REFERENCE_IN_FILE',
    message: isKept
      ? `${file}:${line}: ${key} was ${written}. The reference stays, and ${value} is its default now.`
      : `${file}:${line}: ${key} was ${written}, and is ${value} now. Nothing outside the file sets it any more.`,
    hint: isKept
      ? `Where ${names.join(' or ')} is set, that decides: set it to ${value} there.`
      : `If something should, put the reference back, and set ${value} where it leads to.`,
  };
}

function leftWarning({ key, line, assignment: { value } }: LeftAssignment, file: string): Warning {
  return {
    code: 'SETTING_NOT_WRITTEN',
    message: `${file}:${line}: ${key} stays as it is, because it holds more than poolctl writes.`,
    hint: `Put \`${value}\` into it by hand.`,
  };
}

/** 0 asks for no limit, which needs no option. */
function onlyGiven(settings: PoolSettings, given: GivenSettings): PoolSettings {
  const { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = settings;
  const ifGiven = (setting: keyof PoolSettings, value: number) => (given.includes(setting) ? value : 0);
  return {
    connectionLimit,
    queueLimit: ifGiven('queueLimit', queueLimit),
    acquireTimeoutMs: ifGiven('acquireTimeoutMs', acquireTimeoutMs),
    connectTimeoutMs: ifGiven('connectTimeoutMs', connectTimeoutMs),
    queryTimeoutMs: ifGiven('queryTimeoutMs', queryTimeoutMs ?? 0),
  };
}

function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof PoolctlError) return undefined;
    throw error;
  }
}
