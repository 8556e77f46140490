import { resolve } from 'node:path';
import type { ExitCode } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { type KeptAnswer, openAnswer } from '../../lint/disk/kept-answer.ts';
import { type OpenProject, openProject } from '../../lint/disk/open-project.ts';
import { countsOf, type LintReport } from '../../lint/report.ts';
import { chooseFormats } from './choose-formats.ts';
import { lintFlags } from './flags.ts';
import type { FreshlyJudged, JudgedFiles } from './judge-files.ts';
import { printStats } from './print-stats.ts';
import { unsavedFile } from './unsaved-file.ts';
import { useSuppressions } from './use-suppressions.ts';
import { writeReport } from './write-report.ts';

/** Lints by the flags, writes the report, and answers with the exit code. */
export async function lint(paths: readonly string[], read: ReadOption, io: Io): Promise<ExitCode> {
  const asked = read(lintFlags['print-config'])?.value;
  if (asked !== undefined) {
    (await import('./print-config.ts')).printConfig(asked, io);
    return 0;
  }
  const { choices, because } = chooseFormats(read, io);
  const verdict = verdictBy(read);
  const unsaved = await unsavedFile(paths, read, io);
  const project = await openProject(paths, io.cwd, unsaved);
  const report = await reportOn(project, unsaved ? undefined : keptAnswer(project, read), read, io);
  await writeReport(report, choices, { root: project.root, read, io });
  if (because !== undefined && report.findings.length > 0)
    io.stderr.write(`Format ${choices[0]?.name}, because ${because} is set; --format pretty is for people.\n`);
  return verdict(report);
}

/** The rules and the parsers are loaded only where something has changed. */
async function reportOn(
  project: OpenProject,
  kept: KeptAnswer<JudgedFiles> | undefined,
  read: ReadOption,
  io: Io,
): Promise<LintReport> {
  const judgeNow = async () => {
    const { judgeFiles } = await import('./judge-files.ts');
    return judgeFiles(kept ? { ...project, files: kept.files } : project, read, io);
  };
  const judged: JudgedFiles & Partial<FreshlyJudged> = kept?.answer ?? (await judgeNow());
  const { findings, suppressed, filesRead, budgets, notes, files = project.files, fixed = 0 } = judged;
  if (kept && !kept.answer) kept.keep({ findings, suppressed, filesRead, budgets, notes });
  const unknown = await useSuppressions(findings, project, read, io);
  const takenMs = read(lintFlags.stats) ? judged.takenMs : undefined;
  const report: LintReport = {
    findings: judged.newIn?.(unknown.findings) ?? unknown.findings,
    suppressed: suppressed + unknown.suppressed,
    stale: unknown.stale,
    ...{ filesRead, budgets, fixed, notes: [...project.notes, ...notes] },
    isExplained: read(lintFlags.explain),
    ...(takenMs && { takenMs }),
    textOf: (file) => files.read(file),
  };
  if (takenMs) printStats(takenMs, io);
  return report;
}

/** What --cache knows of the project as a whole; flags that ask for more than findings need a run. */
function keptAnswer(project: OpenProject, read: ReadOption): KeptAnswer<JudgedFiles> | undefined {
  const file = read(lintFlags.cache)?.value;
  const isMoreAsked =
    read(lintFlags.fix) || read(lintFlags.audit) || read(lintFlags.stats) || read(lintFlags.since) !== undefined;
  return file === undefined || isMoreAsked ? undefined : openAnswer(resolve(project.root, file), project, Date.now());
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
