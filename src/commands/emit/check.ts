import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import { readText, textBeside } from '../../cli/input.ts';
import type { ReadRequest } from '../../convert/request.ts';
import { readPool } from '../../convert/run.ts';
import type { FoundSetting } from '../../declarations/found-setting.ts';
import type { CheckedSettings, UntoldSetting } from '../../emit/check/checked.ts';
import { checkReadBack, type ReadBack, settableOf } from '../../emit/check/read-back.ts';
import { checkWritten } from '../../emit/check/written.ts';
import { type GivenSettings, putInto } from '../../emit/into.ts';
import type { Language } from '../../emit/language.ts';
import { chooseTarget, type EmitRequest, emitSnippets } from '../../emit/run.ts';

/** A file that should have an answer, and which of its pools is meant. */
export interface CheckRequest {
  readonly file: string;
  readonly emit: EmitRequest;
  readonly given: GivenSettings;
  readonly at?: string | undefined;
  readonly springProfiles?: readonly string[] | undefined;
}

/** How the comparison went: what it found, and what was compared. */
export interface FileCheck extends CheckedSettings {
  readonly file: string;
  readonly target: string;
  readonly title: string;
  /** Where it stands, where --at chose it. */
  readonly at?: string;
  readonly warnings: readonly Warning[];
}

/**
 * Compares a file with an answer: by what `--write` would change where the target has a file of settings, or else, and
 * where --at chooses one of several pools, by the settings that `convert` reads from it.
 * @throws PoolctlError where no pool can be read from the file, or several can and none was chosen
 */
export async function checkFile(request: CheckRequest, io: Io): Promise<FileCheck> {
  const { file, emit, given, at } = request;
  const [name = '', second] = emit.names;
  if (second !== undefined) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'One file takes one target.', { hint: 'Check them one by one.' });
  }
  const text = readText(file, io);
  const target = await chooseTarget(name, emit.engine, emit.driverVersion);
  const { inFile, title } = target;
  const isPlaced = at !== undefined || request.springProfiles !== undefined;
  if (inFile && !isPlaced) {
    const { met } = await putInto(text, file, { ...target, inFile }, emit, given);
    return { file, target: name, title, ...checkWritten(met), warnings: [] };
  }
  const { checked, warnings } = await comparedByReading(text, request, io);
  return { file, target: name, title, ...(at !== undefined && { at }), ...checked, warnings };
}

async function comparedByReading(
  text: string,
  request: CheckRequest,
  io: Io,
): Promise<{ checked: CheckedSettings; warnings: readonly Warning[] }> {
  const { file, emit, given, at, springProfiles } = request;
  const read: ReadRequest = {
    text,
    file,
    engine: emit.engine,
    at: at === undefined ? undefined : [at],
    springProfiles,
    readBeside: (path) => textBeside(file, path, io),
  };
  const pool = await readPool(read).catch((error) => {
    if (isSizeUnknown(error)) return undefined;
    throw forThisCommand(error);
  });
  if (!pool) return { checked: { differences: [], untold: [sizeUntold], same: [] }, warnings: [] };
  const asked: EmitRequest = { ...emit, engine: emit.engine ?? pool.engine, language: languageOf(file) };
  const { snippets, warnings } = await emitSnippets(asked);
  const snippet = await readSnippet(snippets[0]?.text ?? '', file, asked);
  // What the driver lacks was said with the snippet.
  const assumed = warnings.filter(({ code }) => code === 'ENGINE_ASSUMED');
  return { checked: checkReadBack(pool, snippet, given), warnings: assumed };
}

/** A pool was found, and its number of connections comes from where `convert` does not see. */
function isSizeUnknown(error: unknown): boolean {
  return error instanceof PoolctlError && error.code === 'INPUT_MISSING' && /^Put the /.test(error.hint ?? '');
}

const sizeUntold: UntoldSetting = {
  setting: 'connectionLimit',
  why: 'the file does not show it: it comes from a variable, or from elsewhere',
};

/** A snippet that is not written as the file is, such as options in JSON, cannot be read as one: the settings count then. */
async function readSnippet(text: string, file: string, { settings, engine }: EmitRequest): Promise<ReadBack> {
  try {
    return await readPool({ text, file, engine });
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    const found = (Object.keys(settableOf) as (keyof typeof settableOf)[]).flatMap((name): FoundSetting[] => {
      const [setting, value] = [settableOf[name], settings[name]];
      if (setting === undefined || typeof value !== 'number') return [];
      const isNone = setting === 'queueLimit' && settings.nobodyWaits;
      return [{ setting, value, unit: 'ms', from: 'file', ...(isNone && { isNone }) }];
    });
    return { found, unkept: [] };
  }
}

/** The snippet is compared as the file is written. */
function languageOf(file: string): Language {
  if (/\.cjs$/i.test(file)) return 'cjs';
  return /\.m?jsx?$/i.test(file) ? 'js' : 'ts';
}

/** `convert` has flags that `emit` lacks. */
function forThisCommand(error: unknown): unknown {
  if (!(error instanceof PoolctlError) || !/--all|--from/.test(error.hint ?? '')) return error;
  const hint = /^Choose with --(?:at|spring-profile) [^,]+/.exec(error.hint ?? '')?.[0];
  return new PoolctlError(error.code, error.message, {
    hint: hint === undefined ? 'Only a file whose settings `poolctl convert` reads can be checked.' : `${hint}.`,
  });
}
