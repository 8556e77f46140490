import { resolve } from 'node:path';
import type { ExitCode } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { openCache } from '../../lint/disk/cache.ts';
import { filesAt } from '../../lint/disk/files-at.ts';
import { type Revision, revisionAt } from '../../lint/disk/git.ts';
import { type OpenProject, openProject } from '../../lint/disk/open-project.ts';
import type { Finding } from '../../lint/finding.ts';
import { type LintRequest, lintProject } from '../../lint/lint-project.ts';
import { countsOf, type LintReport } from '../../lint/report.ts';
import { withServerLimits } from '../../lint/server-limits.ts';
import { newSince } from '../../lint/since.ts';
import { stopwatch } from '../../lint/timing.ts';
import { allDriverProfiles } from '../../profiles/all-drivers.ts';
import { lintFacts } from '../../profiles/lint-facts.ts';
import { chooseFormats } from './choose-formats.ts';
import { fixProject } from './fix-project.ts';
import { lintFlags } from './flags.ts';
import { printConfig } from './print-config.ts';
import { printStats } from './print-stats.ts';
import { unsavedFile } from './unsaved-file.ts';
import { useSuppressions } from './use-suppressions.ts';
import { writeReport } from './write-report.ts';

/** Lints by the flags, writes the report, and answers with the exit code. */
export async function lint(paths: readonly string[], read: ReadOption, io: Io): Promise<ExitCode> {
  const asked = read(lintFlags['print-config'])?.value;
  if (asked !== undefined) {
    printConfig(asked, io);
    return 0;
  }
  const { choices, because } = chooseFormats(read, io);
  const verdict = verdictBy(read);
  const project = openProject(paths, io.cwd, await unsavedFile(paths, read, io));
  const report = await lintOpen(project, read, io);
  await writeReport(report, choices, { root: project.root, read, io });
  if (because !== undefined && report.findings.length > 0)
    io.stderr.write(`Format ${choices[0]?.name}, because ${because} is set; --format pretty is for people.\n`);
  return verdict(report);
}

async function lintOpen(project: OpenProject, read: ReadOption, io: Io): Promise<LintReport> {
  const { time, takenMs } = stopwatch(() => io.now());
  const since = read(lintFlags.since)?.value;
  // A commit that is not there is an error before anything is written.
  const revision = since === undefined ? undefined : revisionAt(project.root, since, io);
  const [profiles, facts] = await Promise.all([allDriverProfiles(), lintFacts()]);
  const cacheFile = read(lintFlags.cache)?.value;
  const cache =
    cacheFile === undefined
      ? undefined
      : openCache(resolve(project.root, cacheFile), JSON.stringify([[...profiles], facts]), project.files);
  const config = await withServerLimits(project.config);
  const request: LintRequest = { ...project, config, profiles, facts, time, ...(cache && { cache }) };
  const first = lintProject(request);
  cache?.save();
  const mended = read(lintFlags.fix) ? fixProject(project, first) : undefined;
  const files = mended?.files ?? project.files;
  const result = mended && mended.fixed > 0 ? lintProject({ ...project, config, profiles, facts, time, files }) : first;
  const unknown = useSuppressions(result.findings, project, read, io);
  const findings =
    revision === undefined ? unknown.findings : foundSince(revision, { ...request, files }, project, unknown.findings);
  if (read(lintFlags.stats)) printStats(takenMs, io);
  return {
    ...{ findings, stale: unknown.stale, filesRead: result.filesRead, fixed: mended?.fixed ?? 0 },
    suppressed: result.suppressed + unknown.suppressed,
    notes: [...project.notes, ...(mended?.notes ?? []), ...result.notes],
    budgets: result.budgets,
    isExplained: read(lintFlags.explain),
    ...(read(lintFlags.stats) && { takenMs }),
    textOf: (file) => files.read(file),
  };
}

/** Lints the project as it was, too, and leaves out what was found there. */
function foundSince(revision: Revision, request: LintRequest, project: OpenProject, now: readonly Finding[]) {
  const before = filesAt(project, revision);
  const { cache: _, ...uncached } = request;
  const { findings } = lintProject({ ...uncached, ...before, isWanted: () => true });
  const there = new Set(project.paths);
  return newSince(findings, now, (file) => there.has(file));
}

/** 1 where there is more than the flags allow. They are read before anything is linted, written or printed. */
function verdictBy(read: ReadOption): (report: LintReport) => ExitCode {
  const failOn = read(lintFlags['fail-on']).value;
  const mostWarnings = read(lintFlags['max-warnings'])?.value ?? Number.POSITIVE_INFINITY;
  return ({ findings, stale }) => {
    const { error, warn, info } = countsOf(findings);
    const failing = { never: 0, error, warn: error + warn, info: error + warn + info }[failOn];
    const isStale = failOn !== 'never' && stale.length > 0;
    return failing > 0 || warn > mostWarnings || isStale ? 1 : 0;
  };
}
