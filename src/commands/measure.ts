import type { Command } from 'commander';
import { type ExitCode, PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { addOptions, optionReader, type ReadOption } from '../cli/options.ts';
import { addOutputOptions, reportWriter } from '../cli/output.ts';
import { targetOptions } from '../cli/target-options.ts';

/** Printed by --help. */
export const examples = [
  'poolctl measure',
  'poolctl measure postgres://app@db.internal:5432/app --window 5m -o load.json --json',
  'poolctl size --from load.json --instances 3 --server postgres',
] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  command
    .usage('[dsn] [flags]')
    .argument('[dsn]', 'postgres://… or mysql://…; - for stdin; DATABASE_URL when left out');
  addOptions(command, 'Server:', [...targetOptions, ['--window <time>', 'how long to measure (60s)']]);
  addOutputOptions(command);
  command.addHelpText(
    'after',
    `\nReads counters and samples sessions on one connection, and makes no load.\n\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`,
  );
  command.action(async (dsn?: string) => answer(await run(command, io, dsn)));
}

async function run(command: Command, io: Io, dsn: string | undefined): Promise<ExitCode> {
  const read = optionReader(command, io);
  const write = reportWriter(command, read, io);
  const { measureNamed } = await import('./measuring.ts');
  const argument = dsn === undefined ? undefined : { value: dsn, source: 'the DSN' };
  const { measurement, warnings, failure } = await measureNamed(argument, read, io);
  const { measureView } = await import('../views/measure.ts');
  await write({
    schema: 'poolctl.measure/1',
    result: measurement,
    warnings,
    view: () => ({ ...measureView(measurement), warnings }),
  });
  if (failure === undefined) return 0;
  if (failure instanceof PoolctlError && isDocumentOnStdout(command, read)) return failure.exitCode;
  throw failure;
}

/** Then an error's document must not follow: what happened is in its warnings. */
function isDocumentOnStdout(command: Command, read: ReadOption): boolean {
  const isJson = command.opts<{ json?: boolean }>().json === true || read('format', (text) => text)?.value === 'json';
  return isJson && (read('output', (path) => path)?.value ?? '-') === '-';
}
