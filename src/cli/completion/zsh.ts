import type { CommandWords, Flag } from './tree.ts';

/** The completion script for zsh. */
export function zsh(tree: readonly CommandWords[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const describe = (text: string) => text.replace(/[[\]:\\]/g, '\\$&');
  const flagSpec = ({ long, short, description, takes }: Flag) => {
    const value =
      { none: '', file: ':file:_files', value: ':value: ' }[takes as string] ??
      `:value:(${(takes as string[]).join(' ')})`;
    const text = `[${describe(description)}]${value}`;
    return short ? `{${short},${long}}${quote(text)}` : quote(long + text);
  };
  const cases = tree.map(({ name, flags, words }) => {
    const specs = [...flags.map(flagSpec), ...(words.length > 0 ? [quote(`1: :(${words.join(' ')})`)] : [])];
    return `    ${name}) _arguments ${[...specs, quote('*: :_files')].join(' \\\n      ')} ;;`;
  });
  const list = tree.map(({ name, summary }) => `    ${quote(`${name}:${describe(summary)}`)}`).join('\n');
  return `#compdef poolctl
_poolctl() {
  local -a commands=(
${list}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_poolctl" ]; then
  _poolctl "$@"
else
  compdef _poolctl poolctl
fi
`;
}
