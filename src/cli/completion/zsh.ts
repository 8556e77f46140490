import type { CommandWords, CompletedFlag, Offer, WordList } from './tree.ts';

/** The completion script for zsh. */
export function zsh(tree: readonly CommandWords[]): string {
  const cases = tree.map(({ name, flags, first }) => {
    const specs = [...flags.map(flagSpec), ...(first.words.length > 0 ? [quote(`1: ${valueSpec(first)}`)] : [])];
    return `    ${name}) _arguments ${[...specs, quote('*: :_files')].join(' \\\n      ')} ;;`;
  });
  const list = tree.map(({ name, summary }) => `    ${quote(`${name}:${escaped(summary)}`)}`).join('\n');
  const named = tree
    .flatMap(({ flags }) => flags.map(({ offer }) => offer))
    .filter((offer) => typeof offer === 'object');
  return `#compdef poolctl
_poolctl_class() {
  case $PREFIX in
${named.flatMap(classCases).join('\n')}
    *) compadd "$@" ;;
  esac
}
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

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function flagSpec({ flag, short, help, offer }: CompletedFlag): string {
  const text = `[${escaped(help)}]${offer === 'nothing' ? '' : `:value${valueSpec(offer)}`}`;
  return short ? `{-${short},--${flag}}${quote(text)}` : quote(`--${flag}${text}`);
}

function valueSpec(offer: Offer): string {
  if (typeof offer === 'string') return offer === 'files' ? ':_files' : ': ';
  const words = offer.words.join(' ');
  if (offer.isList) return `:_sequence compadd - ${words}`;
  return Object.keys(offer.classes).length > 0 ? `: _poolctl_class - ${words}` : `:(${words})`;
}

function classCases({ classes }: WordList): string[] {
  return Object.entries(classes).map(
    ([word, names]) => `    ${word}:*) compset -P ${quote(`${word}:`)}; compadd - ${names.join(' ')} ;;`,
  );
}
