import type { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { CommandContext } from '../cli/command.ts';
import { bash } from '../cli/completion/bash.ts';
import { fish } from '../cli/completion/fish.ts';
import { commandTree } from '../cli/completion/tree.ts';
import { zsh } from '../cli/completion/zsh.ts';
import { declare } from '../cli/options.ts';

export const examples = ['poolctl completion bash > ~/.local/share/bash-completion/completions/poolctl'] as const;

export function configure(command: Command, context: CommandContext): void {
  const more = [
    `poolctl completion zsh > "\${fpath[1]}/_poolctl"`,
    'poolctl completion fish > ~/.config/fish/completions/poolctl.fish',
  ];
  const args = [['[shell]', 'bash, zsh or fish']] as const;
  declare(command, { usage: '<bash | zsh | fish>', arguments: args, examples: [...examples, ...more] });
  command.action(async (shell?: string) => {
    const write = Object.entries(shells).find(([name]) => name === shell)?.[1];
    if (!write) {
      throw new PoolctlError(
        'USAGE',
        shell === undefined ? 'For which shell?' : `There is no completion for "${shell}".`,
        {
          hint: `Write one of ${Object.keys(shells).join(', ')}.`,
        },
      );
    }
    context.io.stdout.write(write(await commandTree(command, context, Object.keys(shells))));
  });
}

const shells = { bash, zsh, fish } as const;
