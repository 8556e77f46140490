import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { engineNames } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import { readText } from '../../cli/input.ts';
import { formatByName } from '../../declarations/formats/index.ts';
import { type GivenSettings, putInto, type SettledFile } from '../../emit/into.ts';
import { unifiedDiff } from '../../emit/merge/diff.ts';
import { chooseTarget, type EmitRequest, emitSnippets } from '../../emit/run.ts';
import type { Snippet, Target } from '../../emit/target.ts';
import { allTargets } from '../../emit/targets/index.ts';

/** What would become of a file. */
export interface Change {
  readonly diff: string;
  readonly snippets: readonly Snippet[];
  readonly warnings: readonly Warning[];
  /** The engine that a file names, where it decides what is written: `for PostgreSQL (line 3)`. */
  readonly toldBy?: string;
  /** Does it. */
  apply(): void;
}

/**
 * A snippet put into a file: a new file becomes the snippet; in one that is there only the settings change that were
 * given, where the target knows how to find them.
 */
export async function changeFile(file: string, request: EmitRequest, given: GivenSettings, io: Io): Promise<Change> {
  const [name = '', second] = request.names;
  if (second !== undefined) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'One file takes one target.', { hint: 'Write them one by one.' });
  }
  const target = await chooseTarget(name, request.engine, request.driverVersion);
  await refuseOtherFormat(file, target);
  const path = resolve(io.cwd, file);
  const before = existsSync(path) ? readText(file, io) : '';
  const whole = await emitSnippets(request);
  const text = whole.snippets[0]?.text ?? '';
  const { inFile, title } = target;
  if (before === '' || (before === text && !inFile)) return { ...whole, ...changeTo(text) };
  if (!inFile) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `${file} is there, and where ${title} belongs in it is not for poolctl to guess.`,
      { hint: 'Write to a new file and import it, or put the snippet in place by hand.' },
    );
  }
  const settled = await putInto(before, file, { ...target, inFile }, request, given);
  const { snippets } = settled.engine ? await emitSnippets({ ...request, engine: settled.engine }) : whole;
  return { snippets, warnings: settled.warnings, ...toldBy(settled), ...changeTo(settled.text) };

  function changeTo(after: string): Pick<Change, 'diff' | 'apply'> {
    return { diff: unifiedDiff(before, after, file), apply: () => write(path, after, file) };
  }
}

function toldBy({ toldBy: hint }: SettledFile): { toldBy?: string } {
  return hint ? { toldBy: `for ${engineNames[hint.engine]} (${hint.key} in line ${hint.line})` } : {};
}

/** Lines of properties in YAML, or the other way round, would break the file. */
async function refuseOtherFormat(file: string, { title, inFile, driver }: Target): Promise<void> {
  const named = formatByName(file);
  if (!inFile || named === undefined || (named === 'yaml') === (inFile.format === 'yaml')) return;
  const other = (await allTargets()).find(({ target }) => target.driver === driver && target.inFile?.format === named);
  throw new PoolctlError('INPUT_CONTRADICTION', `By its name ${file} is no file for ${title}.`, {
    hint: other ? `\`poolctl emit ${other.name}\` writes such files.` : 'Name another file.',
  });
}

function write(path: string, text: string, file: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new PoolctlError('OUTPUT_UNWRITABLE', `Cannot write ${file} (${code}).`, {
      hint: 'Name a file in a folder that exists and that you may write to.',
      cause,
    });
  }
}
