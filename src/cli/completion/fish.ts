import type { CommandWords, Offer } from './tree.ts';

/** The completion script for fish. */
export function fish(tree: readonly CommandWords[]): string {
  const lines = tree.flatMap(({ name, summary, first, flags }) => {
    const inCommand = `complete -c poolctl -n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c poolctl -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
      ...(first.words.length > 0 ? [`${inCommand} -f${wordsOf(first)}`] : []),
      ...flags.map(
        ({ flag, short, help, offer }) =>
          `${inCommand} -l ${flag}${short ? ` -s ${short}` : ''} -d ${quote(help)}${valueWords(offer)}`,
      ),
    ];
  });
  return `# fish completion for poolctl
function __poolctl_list
    set -l before (string match -r '^(?:--[a-z-]+=)?(.*,)' -- (commandline -ct))[2]
    printf '%s\\n' "$before"$argv
end
function __poolctl_class
    string match -q -- "*$argv[1]:*" (commandline -ct); and printf '%s\\n' $argv[1]:$argv[2..]
end
${lines.join('\n')}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function valueWords(offer: Offer): string {
  if (offer === 'nothing') return '';
  return offer === 'files' ? ' -r -F' : ` -x${offer === 'anything' ? '' : wordsOf(offer)}`;
}

function wordsOf(offer: Exclude<Offer, string>): string {
  const words = offer.words.join(' ');
  const classes = Object.entries(offer.classes).map(([word, names]) => `(__poolctl_class ${word} ${names.join(' ')})`);
  return ` -a ${quote([offer.isList ? `(__poolctl_list ${words})` : words, ...classes].join(' '))}`;
}
