import type { Stretch } from '../entry.ts';
import type { PythonToken } from './tokens.ts';

/** What an expression of Python is, as far as a value of a pool needs it. */
export type PythonExpression = Stretch &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'text'; readonly value: string; readonly inner: number; readonly isFormat: boolean }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'attribute'; readonly of: PythonExpression; readonly name: string }
    | { readonly kind: 'item'; readonly of: PythonExpression; readonly key: PythonExpression }
    | PythonCall
    | { readonly kind: 'dict'; readonly entries: readonly NamedValue[]; readonly spreads: readonly PythonExpression[] }
    | { readonly kind: 'list'; readonly items: readonly PythonExpression[] }
    /** `a or b`. */
    | { readonly kind: 'or'; readonly left: PythonExpression; readonly right: PythonExpression }
    /** `a if c else b`. */
    | { readonly kind: 'choice'; readonly arms: readonly [PythonExpression, PythonExpression] }
    | {
        readonly kind: 'arithmetic';
        readonly sign: string;
        readonly left: PythonExpression;
        readonly right: PythonExpression;
      }
    | { readonly kind: 'other' }
  );

export interface PythonCall extends Stretch {
  readonly kind: 'call';
  readonly of: PythonExpression;
  readonly args: readonly PythonExpression[];
  readonly named: readonly NamedValue[];
  /** What `**` adds. */
  readonly spreads: readonly PythonExpression[];
}

export interface NamedValue {
  readonly name: string;
  readonly nameAt: Stretch;
  readonly value: PythonExpression;
}

/** Nested deeper than any setting is. */
const mostLevels = 60;

/** Reads the expression that begins at a token. */
export function expressionAt(
  tokens: readonly PythonToken[],
  at: number,
): { expression: PythonExpression; next: number } {
  const reading = new Reading(tokens, at);
  const expression = reading.expression();
  return { expression, next: reading.at };
}

/** `a.b.c` as a path; undefined for anything else. */
export function pathOf(expression: PythonExpression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'attribute') return undefined;
  const before = pathOf(expression.of);
  return before === undefined ? undefined : `${before}.${expression.name}`;
}

class Reading {
  at: number;
  readonly #tokens: readonly PythonToken[];
  #level = 0;

  constructor(tokens: readonly PythonToken[], at: number) {
    this.#tokens = tokens;
    this.at = at;
  }

  expression(): PythonExpression {
    const { start } = this;
    if (this.#level >= mostLevels) return this.#passedOver(start);
    this.#level += 1;
    const value = this.#choice();
    this.#level -= 1;
    return this.#isEnd() ? value : this.#passedOver(start);
  }

  get start(): number {
    return this.#tokens[this.at]?.start ?? 0;
  }

  get #end(): number {
    return this.#tokens[this.at - 1]?.end ?? 0;
  }

  #is(text: string, kind: PythonToken['kind'] = 'mark'): boolean {
    const token = this.#tokens[this.at];
    return token !== undefined && token.kind === kind && token.text === text;
  }

  #take(text: string, kind: PythonToken['kind'] = 'mark'): boolean {
    const isIt = this.#is(text, kind);
    if (isIt) this.at += 1;
    return isIt;
  }

  #isEnd(): boolean {
    const token = this.#tokens[this.at];
    return (
      token === undefined || token.kind === 'line' || (token.kind !== 'text' && /^(?:[)\]},:;=]|for)$/.test(token.text))
    );
  }

  /** To the comma or the bracket that ends it. */
  #passedOver(start: number): PythonExpression {
    for (let depth = 0; this.at < this.#tokens.length; this.at += 1) {
      const { kind, text } = this.#tokens[this.at] as PythonToken;
      if (kind === 'line' && depth === 0) break;
      if (kind !== 'mark') continue;
      if (depth === 0 && /^[)\]},;]$/.test(text)) break;
      depth += '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0;
    }
    return { kind: 'other', start, end: this.#end };
  }

  #choice(): PythonExpression {
    const { start } = this;
    const first = this.#or();
    if (!this.#take('if', 'name')) return first;
    this.#or();
    if (!this.#take('else', 'name')) return this.#passedOver(start);
    const second = this.#choice();
    return { kind: 'choice', arms: [first, second], start, end: this.#end };
  }

  #or(): PythonExpression {
    const { start } = this;
    let left = this.#compared();
    while (this.#take('or', 'name')) {
      const right = this.#compared();
      left = { kind: 'or', left, right, start, end: this.#end };
    }
    return left;
  }

  /** What is compared is no value of a setting. */
  #compared(): PythonExpression {
    const { start } = this;
    let isOther = false;
    while (this.#take('not', 'name')) isOther = true;
    let value = this.#sum();
    for (;;) {
      const token = this.#tokens[this.at];
      if (!token || !/^(?:and|in|is|not|[=!<>]=|[<>|&^])$/.test(token.text) || token.kind === 'text') break;
      this.at += 1;
      isOther = true;
      value = this.#sum();
    }
    return isOther ? { kind: 'other', start, end: this.#end } : value;
  }

  #sum(): PythonExpression {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/', '//', '%'], () => this.#postfix()));
  }

  #chain(signs: readonly string[], operand: () => PythonExpression): PythonExpression {
    const { start } = this;
    let left = operand();
    for (;;) {
      const sign = this.#tokens[this.at];
      if (sign?.kind !== 'mark' || !signs.includes(sign.text)) return left;
      this.at += 1;
      const right = operand();
      left = { kind: 'arithmetic', sign: sign.text, left, right, start, end: this.#end };
    }
  }

  #postfix(): PythonExpression {
    const { start } = this;
    let value = this.#atom();
    for (;;) {
      if (this.#take('.')) {
        const name = this.#tokens[this.at];
        if (name?.kind !== 'name') return this.#passedOver(start);
        this.at += 1;
        value = { kind: 'attribute', of: value, name: name.text, start, end: this.#end };
      } else if (this.#take('(')) {
        value = { kind: 'call', of: value, ...this.#arguments(), start, end: this.#end };
      } else if (this.#take('[')) {
        const key = this.expression();
        this.#close(']');
        value = { kind: 'item', of: value, key, start, end: this.#end };
      } else return value;
    }
  }

  #arguments(): Pick<PythonCall, 'args' | 'named' | 'spreads'> {
    const args: PythonExpression[] = [];
    const named: NamedValue[] = [];
    const spreads: PythonExpression[] = [];
    while (this.at < this.#tokens.length && !this.#is(')')) {
      const [token, next] = [this.#tokens[this.at], this.#tokens[this.at + 1]];
      if (this.#take('**')) spreads.push(this.expression());
      else if (token?.kind === 'name' && next?.kind === 'mark' && next.text === '=') {
        this.at += 2;
        named.push({ name: token.text, nameAt: { start: token.start, end: token.end }, value: this.expression() });
      } else {
        this.#take('*');
        args.push(this.expression());
      }
      if (!this.#take(',')) break;
    }
    this.#close(')');
    return { args, named, spreads };
  }

  #close(bracket: string): void {
    if (!this.#is(bracket)) this.#passedOver(this.start);
    this.#take(bracket);
  }

  #atom(): PythonExpression {
    const token = this.#tokens[this.at];
    const start = token?.start ?? 0;
    if (!token || this.#isEnd()) return { kind: 'other', start, end: start };
    this.at += 1;
    if (token.kind === 'number')
      return { kind: 'number', value: Number(token.text.replaceAll('_', '')), start, end: token.end };
    if (token.kind === 'text') return this.#text(token);
    if (token.kind === 'name') {
      if (token.text === 'await') return this.#postfix();
      return token.text === 'lambda'
        ? this.#passedOver(start)
        : { kind: 'name', name: token.text, start, end: token.end };
    }
    if (token.text === '-') {
      if (this.#tokens[this.at]?.kind !== 'number') return { kind: 'other', start, end: this.#end };
      return {
        kind: 'arithmetic',
        sign: '-',
        left: { kind: 'number', value: 0, start, end: start },
        right: this.#atom(),
        start,
        end: this.#end,
      };
    }
    if (token.text === '(') return this.#bracketed(start);
    if (token.text === '[') return { kind: 'list', items: this.#items(']'), start, end: this.#end };
    if (token.text === '{') return this.#dict(start);
    return { kind: 'other', start, end: token.end };
  }

  /** Texts that stand side by side are one. */
  #text({ start, text, inner = start, isFormat }: PythonToken): PythonExpression {
    let value = text;
    let isOne = isFormat === true;
    for (let next = this.#tokens[this.at]; next?.kind === 'text'; next = this.#tokens[this.at]) {
      value += next.text;
      isOne ||= next.isFormat === true;
      this.at += 1;
    }
    return { kind: 'text', value, inner, isFormat: isOne, start, end: this.#end };
  }

  #bracketed(start: number): PythonExpression {
    const items = this.#items(')');
    const [only] = items;
    return only && items.length === 1 ? only : { kind: 'list', items, start, end: this.#end };
  }

  #items(bracket: string): PythonExpression[] {
    const items: PythonExpression[] = [];
    while (this.at < this.#tokens.length && !this.#is(bracket)) {
      items.push(this.expression());
      if (!this.#take(',')) break;
    }
    this.#close(bracket);
    return items;
  }

  #dict(start: number): PythonExpression {
    const entries: NamedValue[] = [];
    const spreads: PythonExpression[] = [];
    while (this.at < this.#tokens.length && !this.#is('}')) {
      if (this.#take('**')) spreads.push(this.expression());
      else {
        const key = this.expression();
        if (!this.#take(':')) break;
        const value = this.expression();
        if (key.kind === 'text') entries.push({ name: key.value, nameAt: { start: key.start, end: key.end }, value });
      }
      if (!this.#take(',')) break;
    }
    this.#close('}');
    return { kind: 'dict', entries, spreads, start, end: this.#end };
  }
}
