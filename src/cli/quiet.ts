import type { Command } from 'commander';
import type { Io } from '../base/io.ts';
import { flagGroup } from './flag.ts';

/** Of every command: only the answer, and errors. */
export const quietFlags = flagGroup('Output:', {
  quiet: { short: 'q', help: 'the answer and errors alone: no progress, remarks or warnings' },
});

/** What a command gets: with --quiet nothing of what it says on stderr comes through, but for `errors`. */
export function quietable(io: Io, command: Command): Io {
  const { stderr } = io;
  return {
    ...io,
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
