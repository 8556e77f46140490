import type { CommandWords } from './tree.ts';

/** The completion script for bash. */
export function bash(tree: readonly CommandWords[]): string {
  const flagWords = ({ flags }: CommandWords) =>
    flags.flatMap(({ long, short }) => [long, ...(short ? [short] : [])]).join(' ');
  const valueCases = [...new Map(tree.flatMap(({ flags }) => flags).map((flag) => [flag.long, flag])).values()]
    .filter(({ takes }) => takes !== 'none')
    .map(({ long, short, takes }) => {
      const pattern = short ? `${long}|${short}` : long;
      if (takes === 'file') return `    ${pattern}) COMPREPLY=($(compgen -f -- "$word")); return ;;`;
      return `    ${pattern}) COMPREPLY=($(compgen -W "${typeof takes === 'string' ? '' : takes.join(' ')}" -- "$word")); return ;;`;
    });
  const commandCases = tree.map(
    (entry) =>
      `    ${entry.name}) words="${[...entry.words, flagWords(entry), '--help'].filter((word) => word).join(' ')}" ;;`,
  );
  return `# bash completion for poolctl
_poolctl() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words
  case $previous in
${valueCases.join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${tree.map(({ name }) => name).join(' ')} --help --version" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${commandCases.join('\n')}
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _poolctl poolctl
`;
}
