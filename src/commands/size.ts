import type { Command } from 'commander';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';
import { sizeFlags } from './size/flags.ts';

export function configure(command: Command, { io, answer }: CommandContext): void {
  const flags = { ...sizeFlags, ...outputFlags };
  declare(command, { usage: '--tps <rate> --p95 <time> [flags]', flags, examples });
  command.action(async () => answer(await run(optionReader(command, io), io)));
}

/** Printed by --help; every one is run by a test. */
export const examples = [
  'poolctl size --tps 200 --p95 300',
  'poolctl size --tps 200 --p50 80ms --p95 300ms --instances 3 --server mysql',
  'poolctl size --total-tps 600 --mean 120ms --instances 3 --surge 25% --server aws-rds-postgres:db.t3.medium --explain',
  'poolctl size --profile production --emit typeorm',
] as const;

async function run(read: ReadOption, io: Io): Promise<ExitCode> {
  const write = reportWriter(read, io);
  if (read(sizeFlags['print-queries'])) return printQueries(read, io);
  const progress = read(sizeFlags.simulate)
    ? (await import('../cli/progress.ts')).progressOn(io, 'simulating')
    : undefined;
  const { answerSize } = await import('./size/answer.ts');
  const { report, exitCode } = await answerSize(read, io, {
    signal: io.interrupted,
    ...(progress && { onProgress: (share) => progress.report(share) }),
  }).finally(() => progress?.end());
  await write(report);
  return exitCode;
}

async function printQueries(read: ReadOption, io: Io): Promise<ExitCode> {
  const { asCommands, queriesToPrint } = await import('../demand/print-queries.ts');
  const printed = await queriesToPrint(read(sizeFlags.from)?.value ?? '', { cwd: io.cwd, nowMs: Date.now() });
  const file = 'answers.json';
  await reportWriter(
    read,
    io,
  )({
    schema: 'poolctl.queries/1',
    result: printed,
    view: () => ({
      headline: `# ${printed.title}`,
      tables: [],
      verbatim: `${asCommands(printed, file)}\n# Then: poolctl size --from ${file}`,
    }),
  });
  return 0;
}
