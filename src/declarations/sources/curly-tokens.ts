/** A word, number, text or mark of Go or Rust; comments and blanks are between them. */
export interface CurlyToken {
  readonly kind: 'name' | 'number' | 'text' | 'mark';
  /** As written; of a text, what it says. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether a line begins before it. */
  readonly opensLine: boolean;
}

/** What differs between the two in the smallest parts. */
export type CurlyLanguage = 'go' | 'rust';

const blank = /\s+|\/\/[^\n]*/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/y;
const mark = /::|:=|=>|->|\.\.=?|&&|\|\||[=!<>+\-*/%]=|[^\s\p{L}\p{N}_]/uy;
const rustRaw = /b?r(#*)"/y;
/** A lifetime, and no character: `'a`. */
const lifetime = /'[A-Za-z_]\w*(?!')/y;
const character = /b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^'\\\n])[^'\n]*'/y;

/** All tokens of a file. Never throws: what is no token is left out. */
export function curlyTokens(text: string, language: CurlyLanguage): readonly CurlyToken[] {
  const tokens: CurlyToken[] = [];
  let at = 0;
  let opensLine = true;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const add = (kind: CurlyToken['kind'], end: number, says = text.slice(at, end)) => {
    tokens.push({ kind, text: says, start: at, end, opensLine });
    opensLine = false;
    at = end;
  };
  const skip = (end: number) => {
    if (text.slice(at, end).includes('\n')) opensLine = true;
    at = end;
  };
  while (at < text.length) {
    const skipped = match(blank)?.[0];
    if (skipped !== undefined) {
      skip(at + skipped.length);
      continue;
    }
    if (text.startsWith('/*', at)) {
      skip(endOfComment(text, at, language === 'rust'));
      continue;
    }
    const raw = language === 'rust' ? match(rustRaw) : undefined;
    if (raw) {
      const from = at + raw[0].length;
      const close = `"${raw[1] ?? ''}`;
      const until = closing(text, close, from);
      add('text', Math.min(text.length, until + close.length), text.slice(from, until));
      continue;
    }
    if (language === 'go' && text[at] === '`') {
      const until = closing(text, '`', at + 1);
      add('text', Math.min(text.length, until + 1), text.slice(at + 1, until));
      continue;
    }
    if (text[at] === '"' || (language === 'rust' && text.startsWith('b"', at))) {
      const from = text.indexOf('"', at) + 1;
      const until = endOfText(text, from);
      add('text', Math.min(text.length, until + 1), unescaped(text.slice(from, until)));
      continue;
    }
    const skippable = (language === 'rust' && match(lifetime)) || match(character);
    if (skippable) {
      add('mark', at + skippable[0].length);
      continue;
    }
    const word = match(name)?.[0];
    if (word !== undefined) {
      add('name', at + word.length);
      continue;
    }
    const digits = match(number)?.[0];
    if (digits !== undefined) {
      add('number', at + digits.length);
      continue;
    }
    const sign = match(mark)?.[0];
    if (sign === undefined) at += 1;
    else add('mark', at + sign.length);
  }
  return tokens;
}

function closing(text: string, close: string, from: number): number {
  const at = text.indexOf(close, from);
  return at === -1 ? text.length : at;
}

/** Where a text in double quotes ends, before the quote. */
function endOfText(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

/** Where a comment ends that begins here; Rust has them one inside the other. */
function endOfComment(text: string, from: number, nests: boolean): number {
  const sign = /\/\*|\*\//g;
  sign.lastIndex = from;
  for (let depth = 0; ; ) {
    const found = sign.exec(text);
    if (!found) return text.length;
    if (found[0] === '/*') depth += depth === 0 || nests ? 1 : 0;
    else depth -= 1;
    if (depth === 0) return found.index + 2;
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\', "'": "'" };

/** A line that ends in a backslash goes on, in Rust, without the blanks of the next. */
function unescaped(text: string): string {
  return text.replace(/\\\r?\n\s*|\\(.)/gs, (all, sign: string | undefined) =>
    sign === undefined ? '' : (escapes[sign] ?? all),
  );
}
