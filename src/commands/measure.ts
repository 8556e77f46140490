import type { Command } from 'commander';
import { type ExitCode, PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { isDocumentOnStdout, outputFlags, reportWriter } from '../cli/output.ts';
import { dsnArgument, dsnHelp, serverFlags, windowFlag } from '../cli/server-flags.ts';

/** Printed by --help. */
export const examples = [
  'poolctl measure',
  'poolctl measure postgres://app@db.internal:5432/app --window 5m -o load.json --json',
  'poolctl size --from load.json --instances 3 --server postgres',
] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  declare(command, {
    usage: '[dsn] [flags]',
    arguments: [dsnHelp],
    flags: { ...serverFlags, ...windowFlag, ...outputFlags },
    remark: 'Reads counters and samples sessions on one connection, and makes no load.',
    examples,
  });
  command.action(async (dsn?: string) => answer(await run(optionReader(command, io), io, dsn)));
}

async function run(read: ReadOption, io: Io, dsn: string | undefined): Promise<ExitCode> {
  const write = reportWriter(read, io);
  const { measureNamed } = await import('./measuring.ts');
  const { measurement, warnings, failure } = await measureNamed(dsnArgument(dsn), read, io);
  const { measureView } = await import('../views/measure.ts');
  await write({
    schema: 'poolctl.measure/1',
    result: measurement,
    warnings,
    view: () => ({ ...measureView(measurement), warnings }),
  });
  if (failure === undefined) return 0;
  if (failure instanceof PoolctlError && isDocumentOnStdout(read)) return failure.exitCode;
  throw failure;
}
