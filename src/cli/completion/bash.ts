import type { CommandWords, Offer, WordList } from './tree.ts';

/** The completion script for bash. */
export function bash(tree: readonly CommandWords[]): string {
  const flagWords = ({ flags }: CommandWords) =>
    flags.flatMap(({ flag, short }) => [`--${flag}`, ...(short ? [`-${short}`] : [])]).join(' ');
  const commandCases = tree.map(
    (entry) =>
      `    ${entry.name}) _poolctl_offer "${[...(entry.first.isList ? [] : entry.first.words), flagWords(entry), '--help'].filter(Boolean).join(' ')}" ;;`,
  );
  return `# bash completion for poolctl
_poolctl_offer() {
  COMPREPLY=($(compgen -P "\${2-}" -W "$1" -- "\${word#"\${2-}"}"))
}
_poolctl_list() {
  local before=
  [[ $word == *,* ]] && before=\${word%,*},
  compopt -o nospace 2>/dev/null
  _poolctl_offer "$1" "$before"
}
_poolctl_class() {
  _poolctl_offer "$1" "\${word%%:*}:"
  # What stands before the colon is a word of its own to bash, unless the user says otherwise.
  [[ $COMP_WORDBREAKS == *:* ]] && COMPREPLY=("\${COMPREPLY[@]#*:}")
}
_poolctl() {
  local at=$COMP_CWORD command=\${COMP_WORDS[1]} previous
  local word=\${COMP_WORDS[at]}
  if ((at > 2)) && [[ $word == : ]]; then
    word=\${COMP_WORDS[--at]}:
  elif ((at > 3)) && [[ \${COMP_WORDS[at-1]} == : ]]; then
    ((at -= 2))
    word=\${COMP_WORDS[at]}:$word
  fi
  [[ $word == '=' ]] && word= || [[ \${COMP_WORDS[at-1]} == '=' ]] && ((at -= 1))
  previous=\${COMP_WORDS[at-1]}
  case $command:$previous in
${valueCases(tree).join('\n')}
  esac
  if ((COMP_CWORD == 1)); then
    _poolctl_offer "${tree.map(({ name }) => name).join(' ')} --help --version"
    return
  fi
${tree
  .filter(({ first }) => first.isList)
  .map(
    ({ name, first }) =>
      `  if ((COMP_CWORD == 2)) && [[ $command == ${name} && $word != -* ]]; then\n    ${offering(first)}\n    return\n  fi`,
  )
  .join('\n')}
  case $command in
${commandCases.join('\n')}
  esac
}
complete -o default -F _poolctl poolctl
`;
}

/** What follows a flag: a case for all commands where they agree, one for each kind of answer where they do not. */
function valueCases(tree: readonly CommandWords[]): string[] {
  const cases = new Map<string, string[]>();
  for (const { name, flags } of tree) {
    for (const { flag, short, offer } of flags) {
      if (offer === 'nothing') continue;
      const patterns = [`${name}:--${flag}`, ...(short ? [`${name}:-${short}`] : [])];
      const answer = offering(offer);
      cases.set(answer, [...(cases.get(answer) ?? []), ...patterns]);
    }
  }
  return [...cases].map(
    ([answer, patterns]) => `    ${patterns.join(' | ')})\n      ${answer}\n      return\n      ;;`,
  );
}

function offering(offer: Offer): string {
  if (offer === 'files') return 'COMPREPLY=($(compgen -f -- "$word"))';
  if (typeof offer === 'string') return 'COMPREPLY=()';
  const plain = `${offer.isList ? '_poolctl_list' : '_poolctl_offer'} "${offer.words.join(' ')}"`;
  const classes = classCases(offer);
  if (classes.length === 0) return plain;
  return `case $word in\n${classes.join('\n')}\n        *) ${plain} ;;\n      esac`;
}

function classCases({ classes }: WordList): string[] {
  return Object.entries(classes).map(([word, names]) => `        ${word}:*) _poolctl_class "${names.join(' ')}" ;;`);
}
