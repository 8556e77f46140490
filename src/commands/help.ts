import type { Command } from 'commander';
import type { Io } from '../base/io.ts';
import { commands } from './index.ts';

export function configure(command: Command, io: Io): void {
  command.usage('[command | topic]').argument('[name]', 'a command, or anything that `poolctl explain` knows');
  command.action(async (name?: string) => {
    const program = command.parent;
    const entry = commands.find((candidate) => candidate.name === name);
    const asked = program?.commands.find((candidate) => candidate.name() === name);
    if (entry && asked) {
      if (asked !== command) (await entry.load()).configure(asked, io, () => {});
      asked.outputHelp();
    } else if (name === undefined) {
      program?.outputHelp();
    } else {
      io.stdout.write((await import('../profiles/explain.ts')).explain(name).text);
    }
  });
}
