import type { Command } from 'commander';
import { type Io, stopSignal } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';
import { dsnArgument, dsnHelp, serverFlags } from '../cli/server-flags.ts';
import { readTarget } from '../cli/target.ts';

/** Printed by --help. */
export const examples = [
  'poolctl inspect',
  'poolctl inspect postgres://app@db.internal:5432/app',
  'poolctl inspect --url-file /run/secrets/dsn --json',
] as const;

export function configure(command: Command, { io }: CommandContext): void {
  declare(command, {
    usage: '[dsn] [flags]',
    arguments: [dsnHelp],
    flags: { ...serverFlags, ...outputFlags },
    remark: 'One connection, read-only and bounded by time limits; nothing is changed.',
    examples,
  });
  command.action((dsn?: string) => run(optionReader(command, io), io, dsn));
}

async function run(read: ReadOption, io: Io, dsn: string | undefined): Promise<void> {
  const write = reportWriter(read, io);
  const { target, timeoutMs, warnings } = await readTarget(dsnArgument(dsn), read, io);
  const { inspectServer } = await import('../inspect/inspect.ts');
  const inspection = await inspectServer(target, { timeoutMs, signal: stopSignal(io) });
  const { inspectionWarnings } = await import('../inspect/warnings.ts');
  const { inspectView } = await import('../views/inspect.ts');
  const all = [...warnings, ...inspectionWarnings(inspection)];
  await write({
    schema: 'poolctl.inspect/1',
    result: inspection,
    warnings: all,
    view: () => ({ ...inspectView(inspection), warnings: all }),
  });
}
