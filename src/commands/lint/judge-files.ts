import { resolve } from 'node:path';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { loadFormatsOf } from '../../declarations/formats/index.ts';
import type { FileNote } from '../../declarations/text-file.ts';
import { openCache } from '../../lint/disk/cache.ts';
import { type OpenProject, unreadable } from '../../lint/disk/open-project.ts';
import type { Finding } from '../../lint/finding.ts';
import { isRead } from '../../lint/kinds.ts';
import { type LintRequest, type LintResult, lintProject } from '../../lint/lint-project.ts';
import type { ProjectFiles } from '../../lint/project.ts';
import { withServerLimits } from '../../lint/server-limits.ts';
import { newSince } from '../../lint/since.ts';
import { stopwatch } from '../../lint/timing.ts';
import { allDriverProfiles } from '../../profiles/all-drivers.ts';
import { lintFacts } from '../../profiles/lint-facts.ts';
import { fixProject } from './fix-project.ts';
import { lintFlags } from './flags.ts';

/** What a project's files have to answer for. */
export interface JudgedFiles extends Pick<LintResult, 'findings' | 'suppressed' | 'filesRead' | 'budgets'> {
  readonly notes: readonly FileNote[];
}

export interface FreshlyJudged extends JudgedFiles {
  readonly fixed: number;
  /** The files with what was fixed. */
  readonly files: ProjectFiles;
  readonly takenMs: ReadonlyMap<string, number>;
  /** Those of the findings that were not there yet at the commit of --since. */
  newIn(findings: readonly Finding[]): readonly Finding[];
}

/** Lints a project, and fixes it where the flags say so. */
export async function judgeFiles(project: OpenProject, read: ReadOption, io: Io): Promise<FreshlyJudged> {
  const { time, takenMs } = stopwatch(() => io.now());
  const since = read(lintFlags.since)?.value;
  // A commit that is not there is an error before anything is written.
  const past = since === undefined ? undefined : (await import('./past.ts')).pastOf(project, since, io);
  const [profiles, facts] = await Promise.all([allDriverProfiles(), lintFacts()]);
  const cacheFile = read(lintFlags.cache)?.value;
  const cache =
    cacheFile === undefined
      ? undefined
      : openCache(resolve(project.root, cacheFile), JSON.stringify([[...profiles], facts]), project.files);
  const unread = time('reading', () => unreadable(project));
  const config = await withServerLimits(project.config);
  const request: LintRequest = { ...project, config, profiles, facts, time, ...(cache && { cache }) };
  await loadFormatsOf(project.paths.filter(isRead));
  const first = lintProject(request);
  cache?.save();
  const mended = read(lintFlags.fix) ? fixProject(project, first) : undefined;
  const files = mended?.files ?? project.files;
  const result = mended && mended.fixed > 0 ? lintProject({ ...project, config, profiles, facts, time, files }) : first;
  const { suppressed, filesRead, budgets } = result;
  const findings = read(lintFlags.audit) ? silenced({ ...request, files }, result.findings) : result.findings;
  return {
    ...{ findings, suppressed, filesRead, budgets, files, takenMs },
    fixed: mended?.fixed ?? 0,
    notes: [...unread, ...(mended?.notes ?? []), ...result.notes],
    newIn: (now) => past?.newIn(now, { ...request, files }) ?? now,
  };
}

/** What is found with all gates open, beside what evidence proves. */
function silenced({ cache: _, ...request }: LintRequest, found: readonly Finding[]): readonly Finding[] {
  // What is known of a project is kept by its files: with open gates it is another one.
  const files = { ...request.files };
  return newSince(found, lintProject({ ...request, files, isAudit: true }).findings, () => true);
}
