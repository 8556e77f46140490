import type { Command } from 'commander';
import { type ExitCode, PoolctlError } from '../base/errors.ts';
import { type Io, stopSignal } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { flagsByCommand } from '../cli/completion/tree.ts';
import { variableOf } from '../cli/flag.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';
import { dsnArgument, dsnHelp, serverFlags } from '../cli/server-flags.ts';

/** Printed by --help. */
export const examples = ['poolctl doctor', 'poolctl doctor postgres://app@db.internal:5432/app'] as const;

export function configure(command: Command, context: CommandContext): void {
  const flags = { ...serverFlags, ...outputFlags };
  declare(command, { usage: '[dsn] [flags]', arguments: [dsnHelp], flags, examples });
  command.action(async (dsn?: string) => context.answer(await run(command, context, dsn)));
}

async function run(command: Command, context: CommandContext, dsn: string | undefined): Promise<ExitCode> {
  const { io } = context;
  const read = optionReader(command, io);
  const write = reportWriter(read, io);
  const { doctor } = await import('../doctor/doctor.ts');
  const { readTimeoutMs } = await import('../cli/target.ts');
  const results = await doctor({
    env: io.env,
    variables: await knownVariables(command, context),
    timeoutMs: readTimeoutMs(read),
    signal: stopSignal(io),
    findTarget: () => findTarget(dsn, read, io),
  });
  const { doctorView } = await import('../views/doctor.ts');
  await write({ schema: 'poolctl.doctor/1', result: { checks: results }, view: () => doctorView(results) });
  return results.some(({ status }) => status === 'failed') ? 1 : 0;
}

/** The DSN, or nothing where none was given: doctor is of use without one. */
async function findTarget(dsn: string | undefined, read: ReadOption, io: Io) {
  const { readTarget } = await import('../cli/target.ts');
  try {
    const { target, source, warnings } = await readTarget(dsnArgument(dsn), read, io);
    const remarks = warnings.filter(({ code }) => code !== 'PASSWORD_ON_COMMAND_LINE').map(({ message }) => message);
    return { target, source, isExposed: remarks.length < warnings.length, remarks };
  } catch (error) {
    if (error instanceof PoolctlError && error.code === 'INPUT_MISSING') return undefined;
    throw error;
  }
}

/** Every flag with a value can be set in the environment, so the rows tell the variables. */
async function knownVariables(command: Command, context: CommandContext): Promise<string[]> {
  const tables = await flagsByCommand(command, context);
  return [...tables.values()].flat().map(({ flag }) => variableOf(flag));
}
