import type { Stretch } from '../entry.ts';
import type { Scalar } from '../value.ts';

/** An expression of Terraform's language, as far as a plain value needs it. */
export type HclValue = Stretch &
  (
    | { readonly kind: 'plain'; readonly value: Scalar }
    | { readonly kind: 'list'; readonly items: readonly HclValue[] }
    | { readonly kind: 'object'; readonly fields: readonly HclField[] }
    /** `var.pool_size`, `local.name`. */
    | { readonly kind: 'reference'; readonly path: readonly string[] }
    | { readonly kind: 'other' }
  );

export interface HclField {
  readonly name: string;
  readonly nameAt: Stretch;
  readonly value: HclValue;
}

/** A block: `resource "aws_ecs_service" "api" { … }`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly at: Stretch;
  readonly body: HclBody;
}

export interface HclBody {
  readonly fields: readonly HclField[];
  readonly blocks: readonly HclBlock[];
}

interface Token extends Stretch {
  readonly kind: 'name' | 'number' | 'text' | 'mark' | 'line';
  readonly text: string;
}

const space = /[ \t\f]+|(?:#|\/\/)[^\r\n]*|\/\*[\s\S]*?\*\//y;
const name = /[A-Za-z_][\w-]*(?:\.[A-Za-z_*][\w-]*)*/y;
const number = /\d+(?:\.\d+)?/y;
const heredoc = /<<[-~]?(\w+)[^\n]*\n/y;

/** Nested deeper than any module is. */
const mostLevels = 60;

/** The top of a file of Terraform, also of variables (`.tfvars`). What is no HCL is passed over. */
export function hclBody(text: string): HclBody {
  return new Reading(tokensOf(text)).body(0);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const add = (kind: Token['kind'], end: number, shown = text.slice(at, end)) => {
    tokens.push({ kind, text: shown, start: at, end });
    at = end;
  };
  while (at < text.length) {
    const skipped = match(space)?.[0] ?? '';
    if (skipped !== '') at += skipped.length;
    else if (text[at] === '\n' || text[at] === '\r') add('line', at + 1);
    else if (text[at] === '"') {
      const end = endOfText(text, at + 1);
      add('text', Math.min(text.length, end + 1), text.slice(at + 1, end));
    } else {
      const marker = match(heredoc);
      if (marker) {
        const close = new RegExp(`^[ \\t]*${marker[1]}[ \\t]*\\r?$`, 'm').exec(text.slice(at + marker[0].length));
        const from = at + marker[0].length;
        const until = close ? from + close.index : text.length;
        add('text', close ? until + close[0].length : until, text.slice(from, until));
        continue;
      }
      const word = match(name)?.[0];
      const digits = word === undefined ? match(number)?.[0] : undefined;
      if (word !== undefined) add('name', at + word.length);
      else if (digits !== undefined) add('number', at + digits.length);
      else add('mark', at + 1);
    }
  }
  return tokens;
}

/** The quote that ends a text; what is in `${…}` may have quotes of its own. */
function endOfText(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\\') at += 1;
    else if (sign === '\n') return at;
    else if (text.startsWith('${', at)) depth += 1;
    else if (sign === '}') depth = Math.max(0, depth - 1);
    else if (sign === '"' && depth === 0) return at;
  }
  return text.length;
}

class Reading {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** To the brace that closes it, or to the end. */
  body(level: number): HclBody {
    const fields: HclField[] = [];
    const blocks: HclBlock[] = [];
    while (this.#at < this.#tokens.length && !this.#is('}')) {
      const token = this.#next();
      if (token?.kind !== 'name' && token?.kind !== 'text') continue;
      if (this.#is('=') || this.#is(':')) {
        this.#at += 1;
        fields.push({ name: token.text, nameAt: token, value: this.#value(level + 1) });
        continue;
      }
      const labels: string[] = [];
      for (let label = this.#peek(); label?.kind === 'text' || label?.kind === 'name'; label = this.#peek()) {
        labels.push(label.text);
        this.#at += 1;
      }
      if (!this.#is('{') || level > mostLevels) continue;
      this.#at += 1;
      blocks.push({ type: token.text, labels, at: token, body: this.body(level + 1) });
      this.#at += 1;
    }
    return { fields, blocks };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }

  #is(mark: string): boolean {
    const token = this.#peek();
    return token?.kind === 'mark' && token.text === mark;
  }

  #value(level: number): HclValue {
    const token = this.#peek();
    const start = token?.start ?? 0;
    const first = level > mostLevels ? undefined : this.#simple(level);
    const end = this.#tokens[this.#at - 1]?.end ?? start;
    if (first && this.#isEnd()) return { ...first, start, end };
    this.#passOver();
    return { kind: 'other', start, end: this.#tokens[this.#at - 1]?.end ?? start };
  }

  #isEnd(): boolean {
    const token = this.#peek();
    return token === undefined || token.kind === 'line' || (token.kind === 'mark' && /[,}\])]/.test(token.text));
  }

  /** To the line, the comma or the bracket that ends it. */
  #passOver(): void {
    for (let depth = 0; this.#at < this.#tokens.length; this.#at += 1) {
      const { kind, text } = this.#tokens[this.#at] as Token;
      if (depth === 0 && (kind === 'line' || (kind === 'mark' && /[,}\])]/.test(text)))) return;
      if (kind === 'mark') depth += /[({[]/.test(text) ? 1 : /[)}\]]/.test(text) ? -1 : 0;
    }
  }

  #simple(level: number): HclValue | undefined {
    const token = this.#next();
    if (!token) return undefined;
    const at = { start: token.start, end: token.end };
    if (token.kind === 'number') return { kind: 'plain', value: Number(token.text), ...at };
    if (token.kind === 'text') return textValue(token);
    if (token.kind === 'name') return this.#named(token, level);
    if (token.text === '[') return { kind: 'list', items: this.#items(level), ...at };
    if (token.text !== '{') {
      this.#at -= 1;
      return undefined;
    }
    const fields = this.#fields(level);
    this.#at += 1;
    return { kind: 'object', fields, ...at };
  }

  #named(token: Token, level: number): HclValue | undefined {
    const at = { start: token.start, end: token.end };
    const words: Readonly<Record<string, Scalar>> = { true: true, false: false, null: null };
    if (token.text in words) return { kind: 'plain', value: words[token.text] ?? null, ...at };
    if (this.#is('(')) {
      // These change the form of a value, and not what it says.
      if (!/^(?:jsonencode|tostring|tonumber|merge|concat|toset|tolist)$/.test(token.text)) return undefined;
      this.#at += 1;
      const values = this.#until(')', level);
      return merged(values, at);
    }
    return { kind: 'reference', path: token.text.split('.'), ...at };
  }

  #items(level: number): HclValue[] {
    return this.#until(']', level);
  }

  #until(bracket: string, level: number): HclValue[] {
    const values: HclValue[] = [];
    while (this.#at < this.#tokens.length && !this.#is(bracket)) {
      if (this.#peek()?.kind === 'line' || this.#is(',')) this.#at += 1;
      else {
        const before = this.#at;
        values.push(this.#value(level + 1));
        if (this.#at === before) this.#at += 1;
      }
    }
    this.#at += 1;
    return values;
  }

  #fields(level: number): HclField[] {
    const fields: HclField[] = [];
    while (this.#at < this.#tokens.length && !this.#is('}')) {
      const token = this.#next();
      const isName = token?.kind === 'name' || token?.kind === 'text';
      if (!token || !isName || !(this.#is('=') || this.#is(':'))) continue;
      this.#at += 1;
      fields.push({ name: token.text, nameAt: token, value: this.#value(level + 1) });
    }
    return fields;
  }
}

/** `merge({…}, {…})` is both, `jsonencode(x)` is x. */
function merged(values: readonly HclValue[], at: Stretch): HclValue | undefined {
  const [only] = values;
  if (values.length === 1) return only;
  const objects = values.flatMap((value) => (value.kind === 'object' ? [value.fields] : []));
  if (objects.length === values.length) return { kind: 'object', fields: objects.flat(), ...at };
  const lists = values.flatMap((value) => (value.kind === 'list' ? [value.items] : []));
  return lists.length === values.length ? { kind: 'list', items: lists.flat(), ...at } : undefined;
}

function textValue({ text, start, end }: Token): HclValue {
  const only = /^\$\{\s*((?:var|local)\.[\w-]+)\s*\}$/.exec(text)?.[1];
  if (only !== undefined) return { kind: 'reference', path: only.split('.'), start, end };
  return text.includes('${') ? { kind: 'other', start, end } : { kind: 'plain', value: text, start, end };
}
