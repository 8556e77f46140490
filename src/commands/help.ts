import type { Command } from 'commander';
import type { CommandContext } from '../cli/command.ts';
import { addFlags } from '../cli/options.ts';
import { quietFlags } from '../cli/quiet.ts';

export function configure(command: Command, context: CommandContext): void {
  command.usage('[command | topic]').argument('[name]', 'a command, or anything that `poolctl explain` knows');
  addFlags(command, quietFlags);
  command.action(async (name?: string) => {
    const program = command.parent;
    const entry = context.commands.find((candidate) => candidate.name === name);
    const asked = program?.commands.find((candidate) => candidate.name() === name);
    if (entry && asked) {
      if (asked !== command) (await entry.load()).configure(asked, { ...context, answer: () => {} });
      asked.outputHelp();
    } else if (name === undefined) {
      program?.outputHelp();
    } else {
      context.io.stdout.write((await (await import('../profiles/explain.ts')).explain(name)).text);
    }
  });
}
