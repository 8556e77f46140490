import type { Command } from 'commander';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader } from '../cli/options.ts';
import { lintFlags } from './lint/flags.ts';

/** Printed by --help; the test of the help runs those that begin with poolctl. */
export const examples = [
  'poolctl lint',
  'poolctl lint src --fail-on error',
  'cat src/db.ts | poolctl lint - --stdin-filename src/db.ts',
] as const;

export function configure(command: Command, context: CommandContext): void {
  declare(command, {
    usage: '[paths...] [flags]',
    arguments: [['[paths...]', 'files and folders (default: the project of this folder); - for stdin']],
    flags: lintFlags,
    remark: 'Without --format it is pretty; github in GitHub Actions; agent where a coding\nagent runs poolctl.',
    examples,
  });
  command.action(async (paths: string[]) => {
    const { lint } = await import('./lint/run.ts');
    context.answer(await lint(paths, optionReader(command, context.io), context.io));
  });
}
