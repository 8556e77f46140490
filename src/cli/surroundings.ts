import type { Command } from 'commander';
import type { Io } from '../base/io.ts';
import { rowsOf } from './options.ts';
import { findProjectFile, hasPart } from './project/find.ts';

/** What a command gets: with --quiet nothing of what it says on stderr comes through, but for `errors`. */
export function surroundingsOf(io: Io, command: Command): Omit<Io, 'defaults'> & { defaults: Io['defaults'] } {
  const { stderr } = io;
  return {
    ...io,
    defaults: undefined,
    errors: stderr,
    stderr: {
      get isTTY() {
        return stderr.isTTY;
      },
      get columns() {
        return stderr.columns;
      },
      write: (text) => (command.opts<{ quiet?: boolean }>().quiet ? true : stderr.write(text)),
    },
  };
}

/** What poolctl.yaml says for the flags of a command that has declared them. @throws PoolctlError CONFIG_INVALID */
export async function defaultsFor(command: Command, { cwd }: Io, commands: readonly string[]): Promise<Io['defaults']> {
  const rows = rowsOf(command).filter((row) => row !== undefined);
  const file = rows.some(({ takes }) => takes) ? findProjectFile({ cwd }) : undefined;
  if (!file || !hasPart(file, 'defaults')) return undefined;
  return (await import('./project/defaults.ts')).defaultsOf(command.name(), rows, commands, file);
}
