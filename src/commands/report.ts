import type { Command } from 'commander';
import { type ExitCode, PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { packageVersion } from '../base/version.ts';
import type { Warning } from '../base/warning.ts';
import type { CommandContext } from '../cli/command.ts';
import { flagGroup } from '../cli/flag.ts';
import { readText } from '../cli/input.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { htmlOutputFlags, type Report, reportWriter } from '../cli/output.ts';
import type { Comparison } from '../probe/compare.ts';
import { parseProbe } from '../probe/document.ts';
import type { ProbeResult } from '../probe/result.ts';
import { probeSchemaName } from '../probe/schema-name.ts';
import { HdrHistogram } from '../stats/hdr/hdr-histogram.ts';

export const examples = [
  'poolctl report probe.json',
  'poolctl report probe.json -o report.html',
  'poolctl report before.json after.json --format markdown',
  'poolctl report recording.json',
  'poolctl report monday.json tuesday.json friday.json --merge --json -o week.json',
  'poolctl report --shards shard-1.json shard-2.json shard-3.json',
] as const;

const reportFlags = flagGroup('Report:', {
  merge: { help: 'several runs of the same settings as one: repeats, one after the other' },
  shards: { help: 'what the shards of one plan wrote with --save, as one probe' },
  'allow-missing': { help: 'with --shards: also without some of them; nothing is recommended then' },
});

export function configure(command: Command, { io, answer }: CommandContext): void {
  declare(command, {
    usage: '<probe.json|recording.json> [other.json] [flags]',
    arguments: [
      [
        '<files...>',
        'what `probe --json` has written, one to show, two to compare; what its shards have written; or a recording of poolctl/monitor',
      ],
    ],
    flags: { ...reportFlags, ...htmlOutputFlags },
    examples,
  });
  command.action(async (files: readonly string[]) => answer(await run(optionReader(command, io), io, files)));
}

async function run(read: ReadOption, io: Io, files: readonly string[]): Promise<ExitCode> {
  const write = reportWriter(read, io, { html: true });
  const isMerged = read(reportFlags.merge);
  if (read(reportFlags.shards)) {
    if (isMerged) throw notBoth();
    const { mergedShardFiles } = await import('./report/shards.ts');
    const result = mergedShardFiles(files, io, read(reportFlags['allow-missing']));
    const { probeWarnings } = await import('../probe/warnings.ts');
    await write(await probeReport(result, probeWarnings(result)));
    // No shard could say it alone, and a prediction that was not tested has not come true.
    return result.mode === 'verify' && !result.verification?.agrees ? 1 : 0;
  }
  if (read(reportFlags['allow-missing'])) throw withoutShards();
  if (files.length > 2 && !isMerged) throw tooMany(files.length);
  const recording = await recordingAmong(files, io);
  if (recording) {
    await write(recording);
    return 0;
  }
  const probes = files.map((file) => readProbe(file, io));
  const [first, second] = probes;
  if (!first) return 0;
  if (isMerged) await write(await merged(probes));
  else if (second) await write(await compared(first, second));
  else await write(await probeReport(first.result, first.warnings, first.poolctl));
  return 0;
}

/** A recording is shown alone. */
async function recordingAmong(files: readonly string[], io: Io): Promise<Report | undefined> {
  const { isRecording } = await import('../measurements/recording.ts');
  for (const file of files) {
    const text = readText(file, io);
    if (!isRecording(text)) continue;
    if (files.length > 1) throw notAlone(file);
    const { recordingReport } = await import('./report/recording.ts');
    return recordingReport(text, file);
  }
  return undefined;
}

function notAlone(file: string): PoolctlError {
  return new PoolctlError('INPUT_CONTRADICTION', `${file} is a recording, which is reported alone.`, {
    hint: 'Name one recording, or one or two results of `poolctl probe`.',
  });
}

interface Read {
  readonly file: string;
  readonly result: ProbeResult;
  readonly warnings: readonly Warning[];
  readonly poolctl: string;
}

function readProbe(file: string, io: Io): Read {
  const read = { file, ...parseProbe(readText(file, io), file) };
  checkHistograms(read);
  return read;
}

/** They are text to the parser, and broken ones would show only where they are drawn or added. */
function checkHistograms({ file, result }: Read): void {
  for (const [index, { histogramsUs }] of result.runs.entries()) {
    for (const name of ['lag', 'wait', 'connect', 'service', 'total'] as const) {
      try {
        HdrHistogram.decode(histogramsUs[name]);
      } catch (cause) {
        const key = `result.runs.${index}`;
        throw new PoolctlError('INPUT_INVALID', `${file}: this is not a probe: ${name} of ${key} is no HdrHistogram.`, {
          hint: 'Write it with `poolctl probe --json -o probe.json`.',
          cause,
        });
      }
    }
  }
}

/** A result of probe in every format. `version`: of the poolctl that measured it. */
export async function probeReport(
  result: ProbeResult,
  warnings: readonly Warning[],
  version: string = packageVersion(),
): Promise<Report> {
  const { probeView } = await import('../views/probe/probe.ts');
  return {
    schema: probeSchemaName,
    result,
    warnings,
    view: () => ({ ...probeView(result), warnings }),
    html: async () => (await import('../views/html/probe.ts')).renderProbeHtml(result, { version, warnings }),
  };
}

async function compared(first: Read, second: Read): Promise<Report> {
  const { compareProbes } = await import('../probe/compare.ts');
  const { comparisonView } = await import('../views/probe/comparison.ts');
  const comparison = compareProbes(first, second);
  return {
    schema: 'poolctl.report/1',
    result: comparison,
    view: () => comparisonView(comparison),
    html: async () => {
      const { renderComparisonHtml } = await import('../views/html/comparison.ts');
      return renderComparisonHtml(comparison, [first, second], { version: packageVersion() });
    },
  };
}

async function merged(probes: readonly Read[]): Promise<Report> {
  const { differencesOf } = await import('../probe/compare.ts');
  const { mergeProbes } = await import('../probe/merge-probes.ts');
  const { refuseNoRepeats } = await import('../probe/repeats.ts');
  const [first, ...others] = probes;
  for (const other of first ? others : []) {
    const [difference] = first ? differencesOf(first.result, other.result) : [];
    if (first && difference) throw notTheSame(first.file, other.file, difference);
  }
  refuseNoRepeats(probes);
  const result = mergeProbes(probes.map((probe) => probe.result));
  if (!result || result.runs.length === 0) throw nothingInCommon(probes);
  return probeReport(result, uniqueWarnings(probes));
}

function uniqueWarnings(probes: readonly Read[]): Warning[] {
  const byMessage = new Map(probes.flatMap(({ warnings }) => warnings).map((warning) => [warning.message, warning]));
  return [...byMessage.values()];
}

function notBoth(): PoolctlError {
  return new PoolctlError('INPUT_CONTRADICTION', '--shards and --merge cannot both be given.', {
    hint: '--shards puts the parts of one load together, --merge repeats of it. Write the shards of each run with --json -o first, then merge these files.',
  });
}

function withoutShards(): PoolctlError {
  return new PoolctlError('INPUT_CONTRADICTION', '--allow-missing was given without --shards.', {
    hint: 'It says that shards of a plan may be missing: poolctl report --shards shard-*.json --allow-missing.',
  });
}

function tooMany(count: number): PoolctlError {
  return new PoolctlError('INPUT_CONTRADICTION', `${count} files cannot be compared, only two.`, {
    hint: 'Name two files, or add --merge for several runs of the same settings.',
  });
}

function notTheSame(file: string, other: string, { what, values }: Comparison['differences'][number]): PoolctlError {
  return new PoolctlError(
    'INPUT_CONTRADICTION',
    `--merge takes runs of the same load, but ${what} is ${values[0]} in ${file} and ${values[1]} in ${other}.`,
    { hint: 'Compare two files without --merge.' },
  );
}

function nothingInCommon(probes: readonly Read[]): PoolctlError {
  const names = probes.map(({ file }) => file).join(', ');
  return new PoolctlError('INPUT_CONTRADICTION', `${names} have no run with the same name and settings.`, {
    hint: 'Merge files of the same command; the closed loops of a ramp are not merged.',
  });
}
