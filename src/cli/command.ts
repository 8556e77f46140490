import type { Command } from 'commander';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';

/** What a command gets from the program. */
export interface CommandContext {
  readonly io: Io;
  /** Takes the exit code when it is not 0. */
  readonly answer: (exitCode: ExitCode) => void;
  /** All commands, for those that speak of the others. */
  readonly commands: readonly CommandEntry[];
}

/** What a command file exports: it declares flags and an action. */
export interface CommandFile {
  configure(command: Command, context: CommandContext): void;
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandFile>;
}
