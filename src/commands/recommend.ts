import type { Command } from 'commander';
import type { EngineId } from '../base/engine.ts';
import { type ExitCode, PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { Warning } from '../base/warning.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';
import type { RecommendResult } from '../recommend/result.ts';
import type { SnippetView } from '../render/view.ts';
import { changeFlags, recommendFlags } from './recommend/flags.ts';

/** Printed by --help. */
export const examples = [
  'poolctl recommend week.ndjson',
  'poolctl recommend --before old.ndjson --after new.ndjson --instances 4 --server postgres',
  'poolctl recommend prometheus.json --queue-limit 50 --emit pg --write pool.ts --dry-run',
] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  declare(command, {
    usage: '[files...] [flags]',
    arguments: [
      ['[files...]', 'as --after: lines of snapshot() or `poolctl watch`, recordings, Prometheus, `measure`'],
    ],
    flags: recommendFlags,
    remark:
      'Keep, raise or lower the pool, from a week of it. Exit code 1: raise it, or fix\nwhat a bigger pool does not cure.',
    examples,
  });
  command.action(async (files: readonly string[]) => answer(await run(optionReader(command, io), io, files)));
}

async function run(read: ReadOption, io: Io, files: readonly string[]): Promise<ExitCode> {
  const write = reportWriter(asMarkdown(read), io);
  const targets = read(changeFlags.emit)?.value ?? [];
  const file = read(changeFlags.write)?.value;
  if (file !== undefined && targets.length === 0) {
    throw new PoolctlError('INPUT_MISSING', '--write is given, but not what to write.', { hint: 'Add --emit pg.' });
  }
  const { gatherEvidence } = await import('./recommend/input.ts');
  const { input, engine, warnings: found } = await gatherEvidence(files, read, io);
  const { recommend } = await import('../recommend/recommend.ts');
  const { warnings: insights, ...result } = recommend(input);
  const emitted = await emitChange(result, { targets, file, engine }, read, io);
  const warnings = [...found, ...insights, ...emitted.warnings];
  const { recommendView } = await import('../views/recommend.ts');
  const { sized: _, ...rest } = result;
  await write({
    schema: 'poolctl.recommend/1',
    result: { ...rest, ...emitted.result },
    warnings,
    view: () => ({ ...recommendView(result), warnings, snippets: emitted.snippets }),
  });
  emitted.apply?.();
  return result.decision === 'raise' || result.cause ? 1 : 0;
}

/** --markdown is --format markdown. */
function asMarkdown(read: ReadOption): ReadOption {
  if (!read(changeFlags.markdown)) return read;
  const reader = (row: Parameters<ReadOption>[0]) =>
    row.flag === outputFlags.format.flag ? { value: 'markdown', source: '--format' } : read(row as never);
  return reader as ReadOption;
}

interface EmittedChange {
  readonly snippets: readonly SnippetView[];
  readonly warnings: readonly Warning[];
  readonly result?: object;
  /** Writes the file. */
  apply?(): void;
}

/** The settings as config; with a file, only what changes goes into it. */
async function emitChange(
  result: Omit<RecommendResult, 'warnings'>,
  { targets, file, engine }: { targets: readonly string[]; file: string | undefined; engine: EngineId | undefined },
  read: ReadOption,
  io: Io,
): Promise<EmittedChange> {
  const { sized, changes } = result;
  if (targets.length === 0 || !sized) return { snippets: [], warnings: [] };
  const { emitSnippets, requestFor } = await import('../emit/run.ts');
  const request = requestFor(sized, targets, engine);
  const changed = changes.filter(({ change }) => change !== 'keep');
  const asked = {
    ...request,
    settings: { ...request.settings, ...Object.fromEntries(changes.map(({ setting, to }) => [setting, to])) },
    why: [result.why],
    language: read(changeFlags.lang)?.value,
    driverVersion: read(changeFlags['driver-version'])?.value,
  };
  if (file === undefined) {
    const { snippets, warnings } = await emitSnippets(asked);
    return { snippets, warnings, result: { snippets } };
  }
  const given = changed.map(({ setting }) => setting);
  if (given.length === 0) return { snippets: [], warnings: [], result: { file, isWritten: false, diff: '' } };
  const { changeFile } = await import('./emit/write.ts');
  const change = await changeFile(file, asked, given, io);
  const isWritten = !read(changeFlags['dry-run']) && change.diff !== '';
  const verb = change.diff === '' ? 'has it already' : isWritten ? 'written' : 'would be written';
  return {
    warnings: change.warnings,
    result: { file, isWritten, diff: change.diff },
    snippets: [{ title: `${file}: ${verb}`, language: 'diff', text: change.diff }],
    ...(isWritten && { apply: () => change.apply() }),
  };
}
