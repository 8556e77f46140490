import type { Command } from 'commander';
import type { CommandContext, CommandEntry } from '../command.ts';
import { targetNames } from '../emit-flags.ts';
import type { Flag } from '../flag.ts';
import { rowsOf } from '../options.ts';

/** Words that a shell offers. */
export interface WordList {
  readonly words: readonly string[];
  /** By a word that takes a class after a colon, the classes: `aws-rds-mysql:db.t3.medium`. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  /** Several of them may follow, with commas between. */
  readonly isList: boolean;
}

/** What may follow a flag or a command. */
export type Offer = 'nothing' | 'anything' | 'files' | WordList;

/** A flag of a command, as a completion script needs it. */
export interface CompletedFlag extends Pick<Flag, 'flag' | 'short' | 'help'> {
  readonly offer: Offer;
}

/** A command with what may follow it. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  /** What may stand as its first word. */
  readonly first: WordList;
  readonly flags: readonly CompletedFlag[];
}

/** The rows of every flag of every command, by command. */
export async function flagsByCommand(self: Command, context: CommandContext): Promise<Map<string, readonly Flag[]>> {
  const tables = context.commands.map(async ({ name, load }) => {
    const command = self.parent?.commands.find((candidate) => candidate.name() === name);
    if (command && command !== self) (await load()).configure(command, { ...context, answer: () => {} });
    return [name, command ? rowsOf(command).filter((row) => row !== undefined) : []] as const;
  });
  return new Map(await Promise.all(tables));
}

/** The commands with their flags, and the words that may follow either. */
export async function commandTree(
  self: Command,
  context: CommandContext,
  shellNames: readonly string[],
): Promise<CommandWords[]> {
  const flags = await flagsByCommand(self, context);
  const tree = context.commands.map(async ({ name, summary }) => ({
    name,
    summary,
    first: name === self.name() ? wordList(shellNames) : await firstWords(name, context.commands),
    flags: await Promise.all((flags.get(name) ?? []).map(completed)),
  }));
  return Promise.all(tree);
}

async function completed({ flag, short, help, takes }: Flag): Promise<CompletedFlag> {
  const offers = typeof takes?.offers === 'function' ? await takes.offers() : takes?.offers;
  const words = offers === 'files' || offers === undefined ? offers : wordList(offers, takes?.isList);
  return { flag, help, offer: takes ? (words ?? 'anything') : 'nothing', ...(short !== undefined && { short }) };
}

function wordList(offered: readonly string[], isList = false): WordList {
  const classes: Record<string, string[]> = {};
  for (const [word, name] of offered.map((text) => text.split(':'))) {
    if (word !== undefined && name !== undefined) classes[word] = [...(classes[word] ?? []), name];
  }
  return { words: offered.filter((word) => !word.includes(':')), classes, isList };
}

async function firstWords(name: string, commands: readonly CommandEntry[]): Promise<WordList> {
  switch (name) {
    case 'profiles':
      return wordList(['list', 'show']);
    case 'explain':
      return wordList((await import('../../profiles/explain.ts')).topics().map(({ id }) => id));
    case 'emit':
      return wordList(await targetNames(), true);
    case 'help':
      return wordList(commands.map((command) => command.name));
    default:
      return wordList([]);
  }
}
