import type { Command } from 'commander';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader } from '../cli/options.ts';
import { initFlags } from './init/flags.ts';

/** Printed by --help; the test of the help runs those that begin with poolctl. */
export const examples = [
  'poolctl init --dry-run',
  'cd platform && poolctl init',
  'cd platform && poolctl init --force',
] as const;

export function configure(command: Command, context: CommandContext): void {
  declare(command, {
    usage: '[folder] [flags]',
    arguments: [['[folder]', 'where manifests, settings and code are, and fleet.yaml will be (default: this one)']],
    flags: initFlags,
    remark:
      'Reads what is there, and writes what is not: fleet.yaml asks for what no file\nsays. No budget is declared, so nothing fails by it.',
    examples,
  });
  command.action(async (folder: string | undefined) => {
    const { init } = await import('./init/run.ts');
    await init(folder ?? '.', optionReader(command, context.io), context.io);
  });
}
