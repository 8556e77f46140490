import type { CommandWords } from './tree.ts';

/** The completion script for fish. */
export function fish(tree: readonly CommandWords[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = tree.flatMap(({ name, summary, words, flags }) => [
    `complete -c poolctl -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ...(words.length > 0
      ? [`complete -c poolctl -n ${quote(`__fish_seen_subcommand_from ${name}`)} -f -a ${quote(words.join(' '))}`]
      : []),
    ...flags.map(({ long, short, description, takes }) => {
      const value =
        { none: '', file: ' -r -F', value: ' -x' }[takes as string] ?? ` -x -a ${quote((takes as string[]).join(' '))}`;
      return `complete -c poolctl -n ${quote(`__fish_seen_subcommand_from ${name}`)} -l ${long.slice(2)}${short ? ` -s ${short.slice(1)}` : ''} -d ${quote(description)}${value}`;
    }),
  ]);
  return `# fish completion for poolctl\n${lines.join('\n')}\n`;
}
