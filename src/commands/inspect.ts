import type { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import { type Io, stopSignal } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { aFile, flagGroup } from '../cli/flag.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';
import { dsnArgument, dsnHelp, serverFlags } from '../cli/server-flags.ts';
import { type Named, readTarget, readTimeoutMs } from '../cli/target.ts';

/** Printed by --help. */
export const examples = [
  'poolctl inspect',
  'poolctl inspect postgres://app@db.internal:5432/app',
  'poolctl inspect orders --targets targets.yaml',
  'poolctl inspect --url-file /run/secrets/dsn --json',
] as const;

/** The server as one of those that `watch` knows by name. */
const targetsFlags = flagGroup('Server:', {
  targets: { takes: aFile, help: 'a YAML file of targets, as of `watch`: [dsn] is the name of one' },
  'allow-plaintext-password': { help: 'take a password that stands in the file of targets, if its mode is 0600' },
});

export function configure(command: Command, { io }: CommandContext): void {
  declare(command, {
    usage: '[dsn] [flags]',
    arguments: [dsnHelp],
    flags: { ...serverFlags, ...targetsFlags, ...outputFlags },
    remark: 'One connection, read-only and bounded by time limits; nothing is changed.',
    examples,
  });
  command.action((dsn?: string) => run(optionReader(command, io), io, dsn));
}

async function run(read: ReadOption, io: Io, dsn: string | undefined): Promise<void> {
  const write = reportWriter(read, io);
  const { target, timeoutMs, warnings } = await namedServer(dsn, read, io);
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

/** A DSN and where else one may be, or a target of a file by its name. */
async function namedServer(
  dsn: string | undefined,
  read: ReadOption,
  io: Io,
): Promise<Pick<Named, 'target' | 'timeoutMs' | 'warnings'>> {
  const file = read(targetsFlags.targets)?.value;
  if (file === undefined) return readTarget(dsnArgument(dsn), read, io);
  if (dsn === undefined) {
    throw new PoolctlError('INPUT_MISSING', `Which target of ${file}?`, {
      hint: 'Write `poolctl inspect NAME --targets FILE`.',
    });
  }
  const { targetOfFile } = await import('./watch/file.ts');
  const { server, warnings } = await targetOfFile(dsn, file, read, io);
  return { target: await server(), timeoutMs: readTimeoutMs(read), warnings };
}
