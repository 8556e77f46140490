import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '../../base/io.ts';
import { readText } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { unwritable } from '../../cli/reserve.ts';
import type { OpenProject } from '../../lint/disk/open-project.ts';
import type { Finding } from '../../lint/finding.ts';
import type { StaleSuppression } from '../../lint/report.ts';
import {
  parseSuppressions,
  type Suppressions,
  suppressionsFile,
  suppressionsFor,
  suppressionsText,
  suppressKnown,
} from '../../lint/suppress/known.ts';
import { lintFlags } from './flags.ts';

/**
 * Takes away what the file of suppressions has, or writes that file. What it has beyond what is found is stale.
 * @throws PoolctlError INPUT_INVALID, INPUT_UNREADABLE, OUTPUT_UNWRITABLE
 */
export function useSuppressions(
  found: readonly Finding[],
  { root, paths, isWanted }: OpenProject,
  read: ReadOption,
  { cwd }: Io,
): { findings: readonly Finding[]; stale: readonly StaleSuppression[]; suppressed: number } {
  const given = read(lintFlags.suppressions)?.value;
  const file = given === undefined ? resolve(root, suppressionsFile) : resolve(cwd, given);
  const name = given ?? suppressionsFile;
  const isWritten = read(lintFlags['suppress-all']);
  const known = existsSync(file) ? parseSuppressions(readText(file, { cwd }), name) : {};
  const there = new Set(paths);
  // In a file that is gone, nothing is found any more.
  const isLinted = (path: string) => isWanted(path) || !there.has(path);
  const { findings, stale, needed } = suppressKnown(found, known, isLinted);
  if (isWritten) {
    const others = Object.entries(known).filter(([path]) => !isLinted(path));
    write(file, name, { ...suppressionsFor(found), ...Object.fromEntries(others) });
    return { findings: [], stale: [], suppressed: found.length };
  }
  const isPruned = read(lintFlags['prune-suppressions']);
  if (isPruned && stale.length > 0) write(file, name, needed);
  return { findings, stale: isPruned ? [] : stale, suppressed: found.length - findings.length };
}

function write(file: string, name: string, suppressions: Suppressions): void {
  try {
    writeFileSync(file, suppressionsText(suppressions));
  } catch (cause) {
    throw unwritable(name, cause);
  }
}
