/** A token of Python; comments, and line ends within brackets, are none. Offsets count UTF-16 units from 0. */
export interface PythonToken {
  readonly kind: 'name' | 'number' | 'text' | 'mark' | 'line';
  /** As it is written; of a text what stands between its quotes, with escapes as they are written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Spaces before the first token of a line; undefined for the others. */
  readonly indent?: number;
  /** An f-string: what is in braces is filled in. */
  readonly isFormat?: true;
  /** Where the text between the quotes begins. */
  readonly inner?: number;
}

const blank = /[ \t\f\ufeff]+|#[^\r\n]*|\\\r?\n/y;
const lineEnd = /\r\n|\n|\r/y;
const quote = /([rbuft]{0,2})("""|'''|"|')/iy;
const name = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;
const number = /\d[\w.]*/y;
const mark = /\*\*|\/\/|->|:=|[=!<>]=|[-+*/%@&|^~<>()[\]{},:.;=]/y;

/** The tokens of a file, whatever is in it: what is no Python is passed over. */
export function pythonTokens(text: string, offset = 0): PythonToken[] {
  const tokens: PythonToken[] = [];
  let at = 0;
  let depth = 0;
  let lineStart = 0;
  let isFirst = true;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const add = (kind: PythonToken['kind'], end: number, more: Partial<PythonToken> = {}) => {
    const place = { start: at + offset, end: end + offset, ...(isFirst && { indent: at - lineStart }) };
    tokens.push({ kind, text: text.slice(at, end), ...place, ...more });
    isFirst = false;
    at = end;
  };
  while (at < text.length) {
    const skipped = match(blank)?.[0] ?? '';
    at += skipped.length;
    if (skipped !== '') continue;
    const end = match(lineEnd)?.[0];
    if (end !== undefined) {
      if (depth === 0 && !isFirst) tokens.push({ kind: 'line', text: end, start: at + offset, end: at + offset });
      at += end.length;
      lineStart = at;
      isFirst = depth === 0;
      continue;
    }
    const [opened, prefix = '', quotes = ''] = match(quote) ?? [];
    if (opened !== undefined) {
      const inner = at + opened.length;
      const until = endOfText(text, inner, quotes);
      add('text', Math.min(text.length, until + quotes.length), {
        text: text.slice(inner, until),
        inner: inner + offset,
        ...(/[ft]/i.test(prefix) && { isFormat: true as const }),
      });
      continue;
    }
    const word = match(name)?.[0];
    const digits = word === undefined ? match(number)?.[0] : undefined;
    const sign = word === undefined && digits === undefined ? match(mark)?.[0] : undefined;
    if (sign !== undefined && '([{'.includes(sign)) depth += 1;
    if (sign !== undefined && ')]}'.includes(sign)) depth = Math.max(0, depth - 1);
    const found = word ?? digits ?? sign;
    if (found === undefined) at += 1;
    else add(word === undefined ? (digits === undefined ? 'mark' : 'number') : 'name', at + found.length);
  }
  return tokens;
}

/** Where the text ends that begins here; one in single quotes ends with its line at the latest. */
function endOfText(text: string, from: number, quotes: string): number {
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\\') at += 1;
    else if (quotes.length === 1 && (sign === '\n' || sign === '\r')) return at;
    else if (sign === quotes[0] && text.startsWith(quotes, at)) return at;
  }
  return text.length;
}
