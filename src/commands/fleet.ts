import type { Command } from 'commander';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader } from '../cli/options.ts';
import { fleetFlags } from './fleet/flags.ts';

/** Printed by --help; the test of the help runs those that begin with poolctl. */
export const examples = [
  'poolctl fleet',
  'poolctl fleet docs/examples/fleet --server catalog --strict',
  'cd platform && poolctl fleet . ../web ../worker --html fleet.html',
] as const;

export function configure(command: Command, context: CommandContext): void {
  declare(command, {
    usage: '[paths...] [flags]',
    arguments: [['[paths...]', 'fleet.yaml, or folders with files of a fleet or of services (default: this one)']],
    flags: fleetFlags,
    remark:
      'One budget for all services of a server. Exit code 1: a server with\n`budget: required` is over it in its worst minute.',
    examples,
  });
  command.action(async (paths: string[]) => {
    const { fleet } = await import('./fleet/run.ts');
    context.answer(await fleet(paths, optionReader(command, context.io), context.io));
  });
}
