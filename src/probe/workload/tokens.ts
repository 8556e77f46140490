import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';

/**
 * A piece of SQL. `name`: an identifier in quotes; `variable`: `:name`; `placeholder`: `$1`, or `?` on MySQL and MariaDB;
 * `executable`: a comment that MySQL runs, `/*! ... *\/`.
 */
export interface Token {
  readonly kind:
    | 'space'
    | 'comment'
    | 'executable'
    | 'string'
    | 'name'
    | 'word'
    | 'number'
    | 'variable'
    | 'placeholder'
    | 'symbol';
  readonly text: string;
  readonly at: number;
}

type Rule = readonly [Token['kind'], RegExp];

/** Where pieces begin alike, the more special one comes first. All are sticky. */
const postgresRules: readonly Rule[] = [
  ['space', /\s+/y],
  ['comment', /--[^\r\n]*/y],
  ['string', /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y],
  ['string', /'(?:[^']|'')*'/y],
  ['string', /\$((?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?\$\1\$/y],
  ['name', /"(?:[^"]|"")*"/y],
  ['placeholder', /\$\d+/y],
  ['word', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
];

/** As with the default sql_mode: a backslash escapes, and text in double quotes is a string. */
const mysqlRules: readonly Rule[] = [
  ['space', /\s+/y],
  ['comment', /#[^\r\n]*|--(?=\s|$)[^\r\n]*/y],
  ['executable', /\/\*M?![\s\S]*?\*\//y],
  ['comment', /\/\*[\s\S]*?\*\//y],
  ['string', /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"/y],
  ['name', /`(?:[^`]|``)*`/y],
  ['placeholder', /\?/y],
  ['word', /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/y],
];

const commonRules: readonly Rule[] = [
  ['number', /\d[\w]*(?:\.\d*)?/y],
  ['symbol', /::|:=/y],
  ['variable', /:[A-Za-z_]\w*/y],
  ['symbol', /[\s\S]/y],
];

const rules = {
  postgres: [...postgresRules, ...commonRules],
  mysql: [...mysqlRules, ...commonRules],
  mariadb: [...mysqlRules, ...commonRules],
} as const;

/** What is left of a quote or a comment that has no end. */
const opening = {
  postgres: /['"]|\/\*|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y,
  mysql: /['"`]|\/\*/y,
  mariadb: /['"`]|\/\*/y,
} as const;

/** Cuts SQL into pieces, which joined give the text again. @throws PoolctlError VALUE_INVALID where a quote or comment has no end */
export function tokensOf(text: string, engine: EngineId, source: string): Token[] {
  const tokens: Token[] = [];
  let brackets = 0;
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at, engine, source);
    if (token.text === '[') brackets += 1;
    if (token.text === ']') brackets -= 1;
    const isSlice = token.kind === 'variable' && brackets > 0 && endsValue(tokens.at(-1));
    const taken = isSlice ? ({ kind: 'symbol', text: ':', at } as const) : token;
    tokens.push(taken);
    at += taken.text.length;
  }
  return tokens;
}

/** `numbers[first:last]` is a slice, `numbers[:which]` and `numbers[first: :last]` have variables. */
function endsValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return ['word', 'name', 'number', 'placeholder', 'variable'].includes(token.kind) || /^[)\]]$/.test(token.text);
}

function tokenAt(text: string, at: number, engine: EngineId, source: string): Token {
  if (engine === 'postgres' && text.startsWith('/*', at)) {
    const end = nestedEnd(text, at);
    if (end !== undefined) return { kind: 'comment', text: text.slice(at, end), at };
  }
  for (const [kind, pattern] of rules[engine]) {
    const found = matchAt(pattern, text, at);
    if (found === undefined) continue;
    if (kind === 'symbol' && matchAt(opening[engine], text, at) !== undefined) break;
    return { kind, text: found, at };
  }
  const what = text.startsWith('/*', at) ? 'A comment' : 'A quote';
  throw new PoolctlError('VALUE_INVALID', `${source}: ${what} that begins in line ${lineAt(text, at)} has no end.`, {
    hint: `It begins with ${matchAt(opening[engine], text, at) ?? text[at]}.`,
  });
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** PostgreSQL's comments nest. */
function nestedEnd(text: string, from: number): number | undefined {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  let depth = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return undefined;
}

export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** The tokens without spaces and comments. */
export function tokenMeaning(tokens: readonly Token[]): Token[] {
  return tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');
}
