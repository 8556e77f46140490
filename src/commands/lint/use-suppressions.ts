import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '../../base/io.ts';
import { readText } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { unwritable } from '../../cli/reserve.ts';
import type { OpenProject } from '../../lint/disk/open-project.ts';
import type { Finding } from '../../lint/finding.ts';
import type { StaleSuppression } from '../../lint/report.ts';
import { suppressionsFile } from '../../lint/suppress/file-name.ts';
import { lintFlags } from './flags.ts';

/**
 * Takes away what the file of suppressions has, or writes that file. What it has beyond what is found is stale.
 * @throws PoolctlError INPUT_INVALID, INPUT_UNREADABLE, OUTPUT_UNWRITABLE
 */
export async function useSuppressions(
  found: readonly Finding[],
  { root, paths, isWanted }: OpenProject,
  read: ReadOption,
  { cwd }: Io,
): Promise<{ findings: readonly Finding[]; stale: readonly StaleSuppression[]; suppressed: number }> {
  const given = read(lintFlags.suppressions)?.value;
  const file = given === undefined ? resolve(root, suppressionsFile) : resolve(cwd, given);
  const name = given ?? suppressionsFile;
  const isWritten = read(lintFlags['suppress-all']);
  // A file that is named has to be there; readText says what is wrong with it.
  if (given === undefined && !existsSync(file) && !isWritten) return { findings: found, stale: [], suppressed: 0 };
  const { parseSuppressions, suppressionsFor, suppressionsText, suppressKnown } = await import(
    '../../lint/suppress/known.ts'
  );
  const known = !isWritten || existsSync(file) ? parseSuppressions(readText(file, { cwd }), name) : {};
  const there = new Set(paths);
  // In a file that is gone, nothing is found any more.
  const isLinted = (path: string) => isWanted(path) || !there.has(path);
  const { findings, stale, needed } = suppressKnown(found, known, isLinted);
  if (isWritten) {
    const others = Object.entries(known).filter(([path]) => !isLinted(path));
    write(file, name, suppressionsText({ ...suppressionsFor(found), ...Object.fromEntries(others) }));
    return { findings: [], stale: [], suppressed: found.length };
  }
  const isPruned = read(lintFlags['prune-suppressions']);
  if (isPruned && stale.length > 0) write(file, name, suppressionsText(needed));
  return { findings, stale: isPruned ? [] : stale, suppressed: found.length - findings.length };
}

function write(file: string, name: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw unwritable(name, cause);
  }
}
