import type { Stretch } from '../entry.ts';
import type { CurlyLanguage, CurlyToken } from './curly-tokens.ts';

/** An expression of Go or Rust, as far as settings of pools need one; what is more is `other`. */
export type CurlyExpression = Stretch & (CurlyLiteral | CurlyPath | CurlyCall | CurlyMember | CurlyObject | CurlyOther);

export type CurlyLiteral =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string };

/** `time.Second`, `Duration::MAX`: its parts, joined with dots. */
export interface CurlyPath {
  readonly kind: 'path';
  readonly path: string;
}

/** `f(…)`; of a method, `of` is a member. */
export interface CurlyCall {
  readonly kind: 'call';
  readonly of: CurlyExpression;
  readonly args: readonly CurlyExpression[];
}

/** A name behind an expression that is no path: `Pool::builder().max_size`. */
export interface CurlyMember {
  readonly kind: 'member';
  readonly of: CurlyExpression;
  readonly name: string;
  readonly nameAt: Stretch;
}

/** `url.URL{Scheme: "postgres"}`, `PoolConfig { max_size: 16, ..Default::default() }`. */
export interface CurlyObject {
  readonly kind: 'object';
  readonly type: string;
  readonly fields: readonly CurlyField[];
  /** Fields come from elsewhere too. */
  readonly spreads: boolean;
}

export interface CurlyField {
  readonly name: string;
  readonly nameAt: Stretch;
  readonly value: CurlyExpression;
}

export type CurlyOther =
  | { readonly kind: 'binary'; readonly sign: string; readonly left: CurlyExpression; readonly right: CurlyExpression }
  | { readonly kind: 'index'; readonly of: CurlyExpression; readonly key: CurlyExpression }
  | { readonly kind: 'other' };

interface Parsed {
  readonly expression: CurlyExpression;
  /** The token behind it. */
  readonly next: number;
}

/** Deeper than people write; what is nested deeper is no setting. */
const mostDepth = 60;

/** Reads the expression that begins at a token. Never throws. */
export function curlyExpressionAt(tokens: readonly CurlyToken[], at: number, language: CurlyLanguage): Parsed {
  return new Parser(tokens, language).sum(at, 0);
}

class Parser {
  readonly #tokens: readonly CurlyToken[];
  readonly #language: CurlyLanguage;

  constructor(tokens: readonly CurlyToken[], language: CurlyLanguage) {
    this.#tokens = tokens;
    this.#language = language;
  }

  sum(at: number, depth: number): Parsed {
    return this.#binary(at, depth, ['+', '-'], (from) => this.#product(from, depth));
  }

  #product(at: number, depth: number): Parsed {
    return this.#binary(at, depth, ['*', '/'], (from) => this.#unary(from, depth));
  }

  #binary(at: number, depth: number, signs: readonly string[], operand: (at: number) => Parsed): Parsed {
    let left = operand(at);
    for (;;) {
      const sign = this.#tokens[left.next];
      if (depth > mostDepth || sign?.kind !== 'mark' || !signs.includes(sign.text) || sign.opensLine) return left;
      const right = operand(left.next + 1);
      const { start } = left.expression;
      left = {
        expression: {
          kind: 'binary',
          sign: sign.text,
          left: left.expression,
          right: right.expression,
          start,
          end: right.expression.end,
        },
        next: right.next,
      };
    }
  }

  #unary(at: number, depth: number): Parsed {
    const token = this.#tokens[at];
    if (depth < mostDepth && token?.kind === 'mark' && /^[&*-]$/.test(token.text)) {
      const skip = this.#tokens[at + 1]?.text === 'mut' ? 2 : 1;
      const { expression, next } = this.#unary(at + skip, depth + 1);
      if (token.text !== '-') return { expression, next };
      const { start } = token;
      return {
        expression:
          expression.kind === 'number'
            ? { ...expression, value: -expression.value, start }
            : { kind: 'other', start, end: expression.end },
        next,
      };
    }
    return this.#postfix(this.#primary(at, depth), depth);
  }

  #primary(at: number, depth: number): Parsed {
    const token = this.#tokens[at];
    const stretch = { start: token?.start ?? 0, end: token?.end ?? 0 };
    if (!token || depth > mostDepth) return { expression: { kind: 'other', ...stretch }, next: at + 1 };
    if (token.kind === 'number') return this.#number(at, token);
    if (token.kind === 'text') return { expression: { kind: 'text', value: token.text, ...stretch }, next: at + 1 };
    if (token.kind === 'name') return this.#path(at, depth);
    if (token.text === '(') {
      const inner = this.sum(at + 1, depth + 1);
      const close = this.#tokens[inner.next];
      if (close?.text === ')') {
        return { expression: { ...inner.expression, ...stretch, end: close.end }, next: inner.next + 1 };
      }
    }
    // A closure is what it gives back.
    if (this.#language === 'rust' && token.text === '||') return this.sum(at + 1, depth + 1);
    if (this.#language === 'rust' && token.text === '|') return this.sum(this.#behindNames(at + 1), depth + 1);
    if (/^[([{]$/.test(token.text)) {
      const next = this.#behind(at);
      return {
        expression: { kind: 'other', start: token.start, end: this.#tokens[next - 1]?.end ?? token.end },
        next,
      };
    }
    return { expression: { kind: 'other', ...stretch }, next: at + 1 };
  }

  /** Rust may have the type behind it: `5u32`. */
  #number(at: number, token: CurlyToken): Parsed {
    const suffix = this.#tokens[at + 1];
    const hasSuffix = suffix?.kind === 'name' && suffix.start === token.end;
    // `010` is 8 in Go, and 10 in Rust.
    const octal = this.#language === 'go' ? /^0_?([0-7_]+)$/.exec(token.text)?.[1] : undefined;
    const value = Number((octal === undefined ? token.text : `0o${octal}`).replaceAll('_', ''));
    return {
      expression: { kind: 'number', value, start: token.start, end: (hasSuffix ? suffix : token).end },
      next: at + (hasSuffix ? 2 : 1),
    };
  }

  #path(at: number, depth: number): Parsed {
    const first = this.#tokens[at] as CurlyToken;
    let path = first.text;
    let next = at + 1;
    for (;;) {
      const [sign, name] = [this.#tokens[next], this.#tokens[next + 1]];
      if (sign?.text === '::' && name?.text === '<') next = this.#behindTypes(next + 1);
      else if ((sign?.text === '.' || sign?.text === '::') && name?.kind === 'name' && !isAwait(name, this.#language)) {
        path += `.${name.text}`;
        next += 2;
      } else break;
    }
    const stretch = { start: first.start, end: this.#tokens[next - 1]?.end ?? first.end };
    const object = this.#object(path, next, first.start, depth);
    return object ?? { expression: { kind: 'path', path, ...stretch }, next };
  }

  /** `Type { name: …`; a block of an `if` begins otherwise. */
  #object(type: string, at: number, start: number, depth: number): Parsed | undefined {
    const [open, first, colon] = [this.#tokens[at], this.#tokens[at + 1], this.#tokens[at + 2]];
    if (open?.text !== '{' || !/(?:^|\.)[\p{Lu}][\p{L}\p{N}_]*$/u.test(type)) return undefined;
    if (!(first?.kind === 'name' && (colon?.text === ':' || colon?.text === ',')) && first?.text !== '..') {
      return undefined;
    }
    const fields: CurlyField[] = [];
    let spreads = false;
    let next = at + 1;
    while (next < this.#tokens.length && this.#tokens[next]?.text !== '}') {
      const name = this.#tokens[next] as CurlyToken;
      const isNamed = name.kind === 'name' && this.#tokens[next + 1]?.text === ':';
      const from = isNamed ? next + 2 : next + (name.text === '..' ? 1 : 0);
      const value = this.#argument(from, depth + 1);
      if (name.text === '..') spreads = true;
      // `Config { max_size, .. }` has the value in a variable of that name.
      else if (name.kind === 'name') {
        fields.push({ name: name.text, nameAt: { start: name.start, end: name.end }, value: value.expression });
      }
      next = Math.max(value.next, next + 1);
      if (this.#tokens[next]?.text === ',') next += 1;
    }
    const end = this.#tokens[next]?.end ?? open.end;
    return { expression: { kind: 'object', type, fields, spreads, start, end }, next: next + 1 };
  }

  #postfix(parsed: Parsed, depth: number): Parsed {
    let { expression, next } = parsed;
    for (;;) {
      const [sign, name] = [this.#tokens[next], this.#tokens[next + 1]];
      if (sign?.kind !== 'mark') break;
      if (sign.text === '?' && this.#language === 'rust') next += 1;
      else if (sign.text === '(' && !(sign.opensLine && this.#language === 'go')) {
        const { args, after } = this.#arguments(next, depth + 1);
        const end = this.#tokens[after - 1]?.end ?? sign.end;
        expression = { kind: 'call', of: expression, args, start: expression.start, end };
        next = after;
      } else if (sign.text === '.' && name && isAwait(name, this.#language)) next += 2;
      else if (sign.text === '.' && name?.kind === 'name') {
        const nameAt = { start: name.start, end: name.end };
        expression = {
          kind: 'member',
          of: expression,
          name: name.text,
          nameAt,
          start: expression.start,
          end: name.end,
        };
        next += 2;
        if (this.#tokens[next]?.text === '::') next = this.#behindTypes(next + 1);
      } else if (sign.text === '[' && !sign.opensLine) {
        const key = this.sum(next + 1, depth + 1).expression;
        next = this.#behind(next);
        const end = this.#tokens[next - 1]?.end ?? sign.end;
        expression = { kind: 'index', of: expression, key, start: expression.start, end };
      } else break;
    }
    return { expression, next };
  }

  #arguments(at: number, depth: number): { args: CurlyExpression[]; after: number } {
    const args: CurlyExpression[] = [];
    let next = at + 1;
    while (next < this.#tokens.length && this.#tokens[next]?.text !== ')') {
      const { expression, next: after } = this.#argument(next, depth);
      args.push(expression);
      next = Math.max(after, next + 1);
      if (this.#tokens[next]?.text === ',') next += 1;
      else if (this.#tokens[next]?.text !== ')') break;
    }
    return { args, after: this.#tokens[next]?.text === ')' ? next + 1 : this.#behind(at) };
  }

  /** One that ends at a comma or a closing bracket; with more in it than is understood, it is `other`. */
  #argument(at: number, depth: number): Parsed {
    const parsed = this.sum(at, depth);
    if (/^[,)\]}]$/.test(this.#tokens[parsed.next]?.text ?? ')')) return parsed;
    let next = parsed.next;
    while (next < this.#tokens.length && !/^[,)\]}]$/.test(this.#tokens[next]?.text ?? '')) next = this.#behind(next);
    const { start } = parsed.expression;
    return { expression: { kind: 'other', start, end: this.#tokens[next - 1]?.end ?? start }, next };
  }

  /** The token behind this one, or behind the bracket that it opens. */
  #behind(at: number): number {
    let next = at;
    let depth = 0;
    do {
      const { kind, text } = this.#tokens[next] ?? { kind: 'mark', text: '' };
      if (kind === 'mark' && /^[([{]$/.test(text)) depth += 1;
      if (kind === 'mark' && /^[)\]}]$/.test(text)) depth -= 1;
      next += 1;
    } while (depth > 0 && next < this.#tokens.length);
    return next;
  }

  /** The token behind the names of a closure. */
  #behindNames(at: number): number {
    let next = at;
    while (next < this.#tokens.length && this.#tokens[next]?.text !== '|') next += 1;
    return next + 1;
  }

  /** The token behind `<…>`. */
  #behindTypes(at: number): number {
    let next = at;
    let depth = 0;
    do {
      const { text } = this.#tokens[next] ?? { text: '' };
      if (text === '<') depth += 1;
      if (text === '>') depth -= 1;
      next += 1;
    } while (depth > 0 && next < this.#tokens.length);
    return next;
  }
}

function isAwait({ text }: CurlyToken, language: CurlyLanguage): boolean {
  return language === 'rust' && text === 'await';
}

/** The path of a call or of what stands alone: `sql.Open`; undefined where it is none. */
export function pathOfCurly(expression: CurlyExpression): string | undefined {
  return expression.kind === 'path' ? expression.path : undefined;
}
