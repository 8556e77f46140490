import type { Stretch } from '../entry.ts';
import type { ElixirToken } from './tokens.ts';

/** What an expression of Elixir is, as far as a value of a pool needs it. */
export type ElixirExpression = Stretch &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'text'; readonly value: string; readonly isFilledIn: boolean }
    | { readonly kind: 'atom'; readonly name: string }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly ElixirExpression[] }
    | { readonly kind: 'list'; readonly items: readonly ElixirExpression[]; readonly fields: readonly ElixirField[] }
    /** `a || b`. */
    | { readonly kind: 'or'; readonly left: ElixirExpression; readonly right: ElixirExpression }
    | { readonly kind: 'other' }
  );

/** `pool_size: 10`. */
export interface ElixirField {
  readonly name: string;
  readonly nameAt: Stretch;
  readonly value: ElixirExpression;
}

/** Nested deeper than any setting is. */
const mostLevels = 40;

/** Reads the arguments of a call: those in brackets behind its name, or those up to the end of the line. */
export function argumentsAt(tokens: readonly ElixirToken[], at: number): ElixirExpression & { kind: 'list' } {
  const reading = new Reading(tokens, at);
  return reading.arguments();
}

/** Reads the expression that begins at a token, up to the end of its line. */
export function elixirExpressionAt(tokens: readonly ElixirToken[], at: number): ElixirExpression {
  return new Reading(tokens, at).expression();
}

class Reading {
  #at: number;
  readonly #tokens: readonly ElixirToken[];
  #level = 0;

  constructor(tokens: readonly ElixirToken[], at: number) {
    this.#tokens = tokens;
    this.#at = at;
  }

  arguments(): ElixirExpression & { kind: 'list' } {
    const isInBrackets = this.#take('(');
    const list = this.#list(isInBrackets ? ')' : undefined);
    return list;
  }

  expression(): ElixirExpression {
    const start = this.#start;
    if (this.#level >= mostLevels) return this.#passedOver(start);
    this.#level += 1;
    const value = this.#or();
    this.#level -= 1;
    return this.#isEnd() ? value : this.#passedOver(start);
  }

  get #start(): number {
    return this.#tokens[this.#at]?.start ?? 0;
  }

  get #end(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  #is(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'mark' && token.text === text;
  }

  #take(text: string): boolean {
    const isIt = this.#is(text);
    if (isIt) this.#at += 1;
    return isIt;
  }

  #isEnd(): boolean {
    const token = this.#tokens[this.#at];
    return (
      token === undefined ||
      token.kind === 'line' ||
      (token.kind === 'mark' && /^[)\]},;]$/.test(token.text)) ||
      (token.kind === 'name' && /^(?:do|end|else)$/.test(token.text))
    );
  }

  #lines(): void {
    while (this.#tokens[this.#at]?.kind === 'line') this.#at += 1;
  }

  /** To the comma, the bracket or the line that ends it. */
  #passedOver(start: number): ElixirExpression {
    for (let depth = 0; this.#at < this.#tokens.length; this.#at += 1) {
      const { kind, text } = this.#tokens[this.#at] as ElixirToken;
      if (kind === 'line' && depth === 0) break;
      if (kind !== 'mark') continue;
      if (depth === 0 && /^[)\]},;]$/.test(text)) break;
      depth += '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0;
    }
    return { kind: 'other', start, end: this.#end };
  }

  #or(): ElixirExpression {
    const start = this.#start;
    let left = this.#piped();
    while (this.#take('||')) {
      this.#lines();
      const right = this.#piped();
      left = { kind: 'or', left, right, start, end: this.#end };
    }
    return left;
  }

  /** `a |> f()` is `f(a)`. */
  #piped(): ElixirExpression {
    const start = this.#start;
    let value = this.#atom();
    for (;;) {
      const before = this.#at;
      this.#lines();
      if (!this.#take('|>')) {
        this.#at = before;
        return value;
      }
      this.#lines();
      const call = this.#atom();
      if (call.kind !== 'call' && call.kind !== 'name') return this.#passedOver(start);
      const args = call.kind === 'call' ? call.args : [];
      value = { kind: 'call', name: call.name, args: [value, ...args], start, end: this.#end };
    }
  }

  #atom(): ElixirExpression {
    const token = this.#tokens[this.#at];
    const start = token?.start ?? 0;
    if (!token || this.#isEnd()) return { kind: 'other', start, end: start };
    this.#at += 1;
    const { kind, text, end } = token;
    if (kind === 'number') return { kind, value: Number(text.replaceAll('_', '')), start, end };
    if (kind === 'text') return { kind, value: text, isFilledIn: token.isFilledIn === true, start, end };
    if (kind === 'atom') return { kind, name: text, start, end };
    if (kind === 'name') return this.#named(text, start, end);
    if (text === '[') return { ...this.#list(']'), start, end: this.#end };
    if (text === '{') return { ...this.#list('}'), start, end: this.#end };
    if (text === '(') {
      const inner = this.#list(')');
      const [only] = inner.items;
      return only && inner.items.length === 1 ? only : { ...inner, start, end: this.#end };
    }
    return { kind: 'other', start, end };
  }

  #named(name: string, start: number, end: number): ElixirExpression {
    const next = this.#tokens[this.#at];
    // A bracket right behind a name is of its call.
    if (!this.#is('(') || next?.start !== end) return { kind: 'name', name, start, end };
    this.#at += 1;
    const { items } = this.#list(')');
    return { kind: 'call', name, args: items, start, end: this.#end };
  }

  /** Items and fields up to a bracket, or where there is none up to the end of a line that no comma ends. */
  #list(bracket: string | undefined): ElixirExpression & { kind: 'list' } {
    const start = this.#start;
    const items: ElixirExpression[] = [];
    const fields: ElixirField[] = [];
    while (this.#at < this.#tokens.length) {
      if (bracket !== undefined || items.length + fields.length > 0) this.#lines();
      const token = this.#tokens[this.#at];
      if (!token || (bracket !== undefined && this.#is(bracket))) break;
      if (token.kind === 'key') {
        this.#at += 1;
        this.#lines();
        const value = this.expression();
        fields.push({ name: token.text, nameAt: { start: token.start, end: token.end - 1 }, value });
      } else items.push(this.expression());
      if (bracket !== undefined) this.#lines();
      if (!this.#take(',')) break;
    }
    const end = this.#end;
    if (bracket !== undefined && !this.#take(bracket)) this.#passedOver(start);
    return { kind: 'list', items, fields, start, end };
  }
}
