import type { Stretch } from '../entry.ts';

/** A token of Elixir; comments and spaces are none. Offsets count UTF-16 units from 0. */
export interface ElixirToken extends Stretch {
  /** A `key` is one of a keyword list, `pool_size:`; `line` is the end of one. */
  readonly kind: 'name' | 'key' | 'atom' | 'number' | 'text' | 'mark' | 'line';
  /** Of a text what stands between its quotes, of a key and an atom its name. */
  readonly text: string;
  /** A text with `#{…}` in it. */
  readonly isFilledIn?: true;
}

const blank = /[ \t\f]+|#[^\r\n]*/y;
const lineEnd = /\r\n|\n|\r/y;
const quote = /~[a-zA-Z]?"""|~[a-zA-Z]?"|"""|'''|"|'/y;
const key = /([a-z_A-Z]\w*[?!]?):(?=[\s\])},]|$)/y;
const atom = /:([a-zA-Z_]\w*[?!]?)/y;
const name = /[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*[?!]?/y;
const number = /0x[\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?/y;
const mark = /\|\||&&|\|>|->|=>|<>|==|!=|\.\.|[-+*/=<>|&!^@%(){}[\],.;:]/y;

/** The tokens of a file, whatever is in it: what is no Elixir is passed over. */
export function elixirTokens(text: string): ElixirToken[] {
  const tokens: ElixirToken[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const add = (kind: ElixirToken['kind'], length: number, shown?: string, more: Partial<ElixirToken> = {}) => {
    tokens.push({ kind, text: shown ?? text.slice(at, at + length), start: at, end: at + length, ...more });
    at += length;
  };
  while (at < text.length) {
    const skipped = match(blank)?.[0];
    const end = skipped === undefined ? match(lineEnd)?.[0] : undefined;
    if (skipped !== undefined) at += skipped.length;
    else if (end !== undefined) add('line', end.length);
    else if (!addText() && !addWord()) at += 1;
  }
  return tokens;

  function addText(): boolean {
    const opened = match(quote)?.[0];
    if (opened === undefined) return false;
    const quotes = opened.replace(/^~[a-zA-Z]?/, '');
    const inner = at + opened.length;
    const until = endOfText(text, inner, quotes);
    const shown = text.slice(inner, until);
    const isKey = quotes === '"' && text[until + 1] === ':';
    if (isKey) add('key', until + 2 - at, shown);
    else
      add('text', Math.min(text.length, until + quotes.length) - at, shown, {
        ...(shown.includes('#{') && { isFilledIn: true as const }),
      });
    return true;
  }

  function addWord(): boolean {
    const [whole, word] = match(key) ?? match(atom) ?? [];
    if (whole !== undefined) {
      add(whole.startsWith(':') ? 'atom' : 'key', whole.length, word);
      return true;
    }
    const named = match(name)?.[0];
    const digits = named === undefined ? match(number)?.[0] : undefined;
    const found = named ?? digits ?? match(mark)?.[0];
    if (found === undefined) return false;
    add(named === undefined ? (digits === undefined ? 'mark' : 'number') : 'name', found.length);
    return true;
  }
}

/** Where the text ends that begins here. */
function endOfText(text: string, from: number, quotes: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quotes[0] && text.startsWith(quotes, at)) return at;
  }
  return text.length;
}
