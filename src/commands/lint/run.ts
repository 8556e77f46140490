import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { readStdin } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { type OpenProject, openProject, type UnsavedFile } from '../../lint/disk/open-project.ts';
import { lintProject } from '../../lint/lint-project.ts';
import { countsOf, type LintReport } from '../../lint/report.ts';
import { stopwatch } from '../../lint/timing.ts';
import { allDriverProfiles } from '../../profiles/all-drivers.ts';
import { chooseFormats } from './choose-formats.ts';
import { lintFlags } from './flags.ts';
import { writeReport } from './write-report.ts';

export async function lint(paths: readonly string[], read: ReadOption, io: Io): Promise<ExitCode> {
  const { choices, because } = chooseFormats(read, io);
  const project = openProject(paths, io.cwd, await unsavedFile(paths, read, io));
  const report = await lintOpen(project, read, io);
  await writeReport(report, choices, { root: project.root, read, io });
  if (because !== undefined && report.findings.length > 0)
    io.stderr.write(`Format ${choices[0]?.name}, because ${because} is set; --format pretty is for people.\n`);
  return verdict(report, read);
}

async function lintOpen(project: OpenProject, read: ReadOption, io: Io): Promise<LintReport> {
  const { time, takenMs } = stopwatch(() => io.now());
  const profiles = await allDriverProfiles();
  const { findings, suppressed, notes, filesRead } = lintProject({ ...project, profiles, time });
  return {
    ...{ findings, suppressed, filesRead, stale: [], fixed: 0 },
    notes: [...project.notes, ...notes],
    ...(read(lintFlags.stats) && { takenMs }),
    textOf: (file) => project.files.read(file),
  };
}

async function unsavedFile(paths: readonly string[], read: ReadOption, io: Io): Promise<UnsavedFile | undefined> {
  const name = read(lintFlags['stdin-filename'])?.value;
  if (paths.length !== 1 || paths[0] !== '-') {
    if (!paths.includes('-') && name === undefined) return undefined;
    throw new PoolctlError(
      'USAGE',
      '--stdin-filename goes with standard input, and standard input with nothing else.',
      {
        hint: 'Write `poolctl lint - --stdin-filename src/db.ts`.',
      },
    );
  }
  if (name === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'The text on standard input has no name, which says what it is.', {
      hint: 'Add --stdin-filename src/db.ts.',
    });
  }
  return { path: name, text: await readStdin(io) };
}

/** 1 where there is more than the flags allow. */
function verdict({ findings, stale }: LintReport, read: ReadOption): ExitCode {
  const { error, warn, info } = countsOf(findings);
  const failOn = read(lintFlags['fail-on']).value;
  const mostWarnings = read(lintFlags['max-warnings'])?.value ?? Number.POSITIVE_INFINITY;
  const failing = { never: 0, error, warn: error + warn, info: error + warn + info }[failOn];
  const isStale = failOn !== 'never' && stale.length > 0;
  return failing > 0 || warn > mostWarnings || isStale ? 1 : 0;
}
