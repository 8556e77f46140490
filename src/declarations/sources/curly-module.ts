import { placeFinder } from '../code/lines.ts';
import type { Stretch } from '../entry.ts';
import type { SourceSpan } from '../source-span.ts';
import type { TextFile } from '../text-file.ts';
import { type CurlyExpression, curlyExpressionAt } from './curly-expression.ts';
import { type CurlyLanguage, type CurlyToken, curlyTokens } from './curly-tokens.ts';

/** `name := …`, `config.MaxConns = …`, `let name = …`. */
export interface CurlyBinding {
  /** With dots, and for a map `params["name"]` as `params.name`. */
  readonly path: string;
  readonly nameAt: Stretch;
  readonly value: CurlyExpression;
  /** The function it is in; undefined for one of the file. */
  readonly within: CurlyFunction | undefined;
}

export interface CurlyFunction extends Stretch {
  readonly name: string;
}

/** A file of Go or Rust, as far as pools are declared in it. */
export interface CurlyModule extends TextFile {
  readonly language: CurlyLanguage;
  readonly tokens: readonly CurlyToken[];
  readonly functions: readonly CurlyFunction[];
  readonly bindings: ReadonlyMap<string, readonly CurlyBinding[]>;
  spanOf(stretch: Stretch): SourceSpan;
}

/** Never throws for what is in a file. */
export function curlyModule({ file, text }: TextFile, language: CurlyLanguage): CurlyModule {
  const tokens = curlyTokens(text, language);
  const functions = functionsIn(tokens, language === 'go' ? 'func' : 'fn');
  return {
    file,
    text,
    language,
    tokens,
    functions,
    bindings: bindingsIn(tokens, functions, language),
    spanOf: placeFinder(file, text),
  };
}

/** The innermost function around a place. */
export function curlyFunctionAround(functions: readonly CurlyFunction[], at: number): CurlyFunction | undefined {
  return functions.filter(({ start, end }) => start <= at && at < end).at(-1);
}

function functionsIn(tokens: readonly CurlyToken[], word: string): CurlyFunction[] {
  const found: CurlyFunction[] = [];
  const open: { readonly name: string; readonly depth: number; readonly start: number }[] = [];
  let pending: string | undefined;
  let [depth, round] = [0, 0];
  for (const [index, { kind, text, start, end }] of tokens.entries()) {
    // A function without a name, as an argument of a call, belongs to the one around it.
    if (kind === 'name' && text === word && round === 0) pending = nameOfFunction(tokens, index + 1);
    if (kind !== 'mark') continue;
    if (text === '(') round += 1;
    else if (text === ')') round -= 1;
    else if (text === ';' && round === 0) pending = undefined;
    else if (text === '{') {
      depth += 1;
      if (pending !== undefined && round === 0) {
        open.push({ name: pending, depth, start });
        pending = undefined;
      }
    } else if (text === '}') {
      const last = open.at(-1);
      if (last?.depth === depth) {
        open.pop();
        found.push({ name: last.name, start: last.start, end });
      }
      depth -= 1;
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** `func (s *Store) Open(`: the receiver comes first. */
function nameOfFunction(tokens: readonly CurlyToken[], at: number): string | undefined {
  let next = at;
  if (tokens[next]?.text === '(') {
    while (next < tokens.length && tokens[next]?.text !== ')') next += 1;
    next += 1;
  }
  const name = tokens[next];
  return name?.kind === 'name' ? name.text : undefined;
}

function bindingsIn(
  tokens: readonly CurlyToken[],
  functions: readonly CurlyFunction[],
  language: CurlyLanguage,
): Map<string, CurlyBinding[]> {
  const bindings = new Map<string, CurlyBinding[]>();
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]?.text;
    if (token.kind !== 'name' || before === '.' || before === '::' || before === ',') continue;
    const target = targetAt(tokens, index);
    const sign = signBehind(tokens, target.next, before, language);
    if (sign === undefined) continue;
    const { expression } = curlyExpressionAt(tokens, sign + 1, language);
    const nameAt = { start: token.start, end: tokens[target.next - 1]?.end ?? token.end };
    const binding = {
      path: target.path,
      nameAt,
      value: expression,
      within: curlyFunctionAround(functions, token.start),
    };
    const same = bindings.get(target.path);
    if (same) same.push(binding);
    else bindings.set(target.path, [binding]);
  }
  return bindings;
}

function targetAt(tokens: readonly CurlyToken[], at: number): { path: string; next: number } {
  let path = tokens[at]?.text ?? '';
  let next = at + 1;
  for (;;) {
    const [sign, name, close] = [tokens[next], tokens[next + 1], tokens[next + 2]];
    if (sign?.text === '.' && name?.kind === 'name') next += 2;
    else if (sign?.text === '[' && name?.kind === 'text' && close?.text === ']') next += 3;
    else return { path, next };
    path += `.${name.text}`;
  }
}

/** The `=` or `:=` of what is assigned to, over further names and a type. */
function signBehind(
  tokens: readonly CurlyToken[],
  at: number,
  before: string | undefined,
  language: CurlyLanguage,
): number | undefined {
  const isSign = (index: number) => /^:?=$/.test(tokens[index]?.text ?? '') && tokens[index]?.kind === 'mark';
  let next = at;
  while (tokens[next]?.text === ',' && tokens[next + 1]?.kind === 'name') next = targetAt(tokens, next + 1).next;
  if (isSign(next)) return next;
  // `const name type = …` of Go, `let name: Type = …` of Rust.
  if (language === 'go')
    return tokens[next]?.kind === 'name' && !tokens[next]?.opensLine && isSign(next + 1) ? next + 1 : undefined;
  if (tokens[next]?.text !== ':' || !/^(?:let|mut|const|static)$/.test(before ?? '')) return undefined;
  for (let index = next + 1; index < Math.min(tokens.length, next + 40); index += 1) {
    if (isSign(index)) return index;
    if (/^[;{}]$/.test(tokens[index]?.text ?? ';')) return undefined;
  }
  return undefined;
}
