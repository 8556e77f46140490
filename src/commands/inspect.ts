import type { Command } from 'commander';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { addOptions, optionReader } from '../cli/options.ts';
import { addOutputOptions, reportWriter } from '../cli/output.ts';
import { readTarget } from '../cli/target.ts';
import { targetOptions } from '../cli/target-options.ts';

/** Printed by --help. */
export const examples = [
  'poolctl inspect',
  'poolctl inspect postgres://app@db.internal:5432/app',
  'poolctl inspect --url-file /run/secrets/dsn --json',
] as const;

export function configure(command: Command, { io }: CommandContext): void {
  command
    .usage('[dsn] [flags]')
    .argument('[dsn]', 'postgres://… or mysql://…; - for stdin; DATABASE_URL when left out');
  addOptions(command, 'Server:', targetOptions);
  addOutputOptions(command);
  command.addHelpText(
    'after',
    `\nOne connection, read-only and bounded by time limits; nothing is changed.\n\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`,
  );
  command.action((dsn?: string) => run(command, io, dsn));
}

async function run(command: Command, io: Io, dsn: string | undefined): Promise<void> {
  const read = optionReader(command, io);
  const write = reportWriter(command, read, io);
  const { target, timeoutMs, warnings } = await readTarget(
    dsn === undefined ? undefined : { value: dsn, source: 'the DSN' },
    read,
    io,
  );
  const { inspectServer } = await import('../inspect/inspect.ts');
  const { inspectionWarnings } = await import('../inspect/warnings.ts');
  const inspection = await inspectServer(target, { timeoutMs, signal: io.interrupted });
  const { inspectView } = await import('../views/inspect.ts');
  const all = [...warnings, ...inspectionWarnings(inspection)];
  await write({
    schema: 'poolctl.inspect/1',
    result: inspection,
    warnings: all,
    view: () => ({ ...inspectView(inspection), warnings: all }),
  });
}
