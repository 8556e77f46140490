import type { Command } from 'commander';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';
import { simulateFlags } from './simulate/flags.ts';
import { loadFlags } from './size/flags.ts';

export const examples = [
  'poolctl simulate --tps 200 --p50 80 --p95 300 --connection-limit 10 --queue-limit 0 --vs 90/50/30s',
  'poolctl simulate --tps 200 --p50 80 --p95 300 --connection-limit 30 --queue-limit 50 --scenario stall',
  'poolctl simulate --tps 200 --mean 110ms --p50 80 --sweep connection-limit=20..40',
  'poolctl simulate --trace recording.json --vs 90/50/30s',
] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  declare(command, {
    usage: '--tps <rate> --p95 <time> --connection-limit <n> [flags]',
    flags: { ...loadFlags, ...simulateFlags, ...outputFlags },
    examples,
  });
  command.action(async () => answer(await run(optionReader(command, io), io)));
}

async function run(read: ReadOption, io: Io): Promise<ExitCode> {
  const write = reportWriter(read, io);
  const { answerSimulation } = await import('./simulate/answer.ts');
  const { progressOn } = await import('../cli/progress.ts');
  const progress = progressOn(io, 'simulating');
  const { report, exitCode } = await answerSimulation(read, io, {
    signal: io.interrupted,
    onProgress: (share) => progress.report(share),
  }).finally(progress.end);
  await write(report);
  return exitCode;
}
