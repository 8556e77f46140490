import type { Command } from 'commander';
import type { CommandContext, CommandEntry } from '../command.ts';

/** A flag of a command, as a completion script needs it. */
export interface Flag {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  /** What may follow: the words for it, `file`, or `none` for a flag without a value. */
  readonly takes: 'none' | 'file' | 'value' | readonly string[];
}

/** A command with what may follow it. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  /** What may stand as its first word. */
  readonly words: readonly string[];
  readonly flags: readonly Flag[];
}

/** The commands with their flags, read from the same tree that parses the command line. */
export async function commandTree(
  self: Command,
  context: CommandContext,
  shellNames: readonly string[],
): Promise<CommandWords[]> {
  const { commands } = context;
  const choices = await valueChoices();
  return Promise.all(
    commands.map(async ({ name, summary, load }) => {
      const command = self.parent?.commands.find((candidate) => candidate.name() === name);
      if (command && command !== self) (await load()).configure(command, { ...context, answer: () => {} });
      const flags = (command?.options ?? []).map(({ long, short, description, required }): Flag => {
        const takes = !required ? 'none' : (listedIn(description) ?? choices[long ?? ''] ?? 'value');
        return { long: long ?? '', short, description: description.replace(/\s+/g, ' '), takes };
      });
      return { name, summary, words: name === self.name() ? shellNames : await firstWords(name, commands), flags };
    }),
  );
}

/** Where the commands differ, the help has the list: `table, json, markdown; ...`. */
function listedIn(description: string): readonly string[] | undefined {
  return /^table, .*?(?=;|$)/.exec(description)?.[0].split(', ');
}

async function valueChoices(): Promise<Readonly<Record<string, Flag['takes']>>> {
  const { kinds, profileIds } = await import('../../profiles/files.ts');
  const { targets } = await import('../../emit/targets/index.ts');
  const { languages } = await import('../../emit/language.ts');
  const { colorModes } = await import('../output.ts');
  const { tlsModes } = await import('../../engines/target.ts');
  return {
    '--server': profileIds('servers'),
    '--profile': profileIds('pools'),
    '--emit': Object.keys(targets),
    '--to': Object.keys(targets),
    '--lang': languages,
    '--engine': ['postgres', 'mysql', 'mariadb'],
    '--color': colorModes,
    '--kind': kinds,
    '--sslmode': tlsModes,
    '--output': 'file',
    '--url-file': 'file',
    '--ca': 'file',
    '--from': 'file',
    '--save': 'file',
    '--hgrm': 'file',
    '--file': 'file',
    '--verify': 'file',
  };
}

async function firstWords(name: string, commands: readonly CommandEntry[]): Promise<readonly string[]> {
  switch (name) {
    case 'profiles':
      return ['list', 'show'];
    case 'explain':
      return (await import('../../profiles/explain.ts')).topics().map(({ id }) => id);
    case 'emit':
      return Object.keys((await import('../../emit/targets/index.ts')).targets);
    case 'help':
      return commands.map((command) => command.name);
    default:
      return [];
  }
}
