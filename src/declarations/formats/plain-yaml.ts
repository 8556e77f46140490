import type { Stretch } from '../entry.ts';
import type { Scalar } from '../value.ts';
import type { Tree } from './tree.ts';

/** What stands in the text is more than this reader knows: the whole parser has to read it. */
const beyond = Symbol('beyond plain YAML');

/** Deeper than a manifest is. */
const mostLevels = 60;

/**
 * Reads a document of plain YAML, as manifests are written: maps and lists by indentation, values of one line, `{}` and `[]` on
 * one line. It is ten times as fast as the parser of the package `yaml`, and gives the same tree. Undefined for all else
 * (anchors, tags, texts of several lines, keys that are there twice, mistakes): that is for the parser.
 */
export function plainTree(text: string, offset = 0): Tree | undefined {
  if (/[\t\r\u0085\u2028\u2029\ufeff]/.test(text)) return undefined;
  try {
    return new Reading(text, offset).document();
  } catch (error) {
    if (error === beyond) return undefined;
    throw error;
  }
}

class PlainNode implements Tree {
  readonly value: Scalar | undefined;
  readonly at: Stretch;
  readonly keyAt?: Stretch;
  readonly style = 'other';
  readonly #fields: ReadonlyMap<string, Tree> | undefined;
  readonly #items: readonly Tree[];

  constructor(
    at: Stretch,
    keyAt: Stretch | undefined,
    holds: { value?: Scalar; fields?: ReadonlyMap<string, Tree>; items?: readonly Tree[] },
  ) {
    this.value = holds.value;
    this.at = at;
    if (keyAt) this.keyAt = keyAt;
    this.#fields = holds.fields;
    this.#items = holds.items ?? [];
  }

  get(first?: string, ...rest: readonly string[]): Tree | undefined {
    const field = first === undefined ? undefined : this.#fields?.get(first);
    return rest.length === 0 ? field : field?.get(...rest);
  }

  fields(): readonly (readonly [name: string, field: Tree])[] {
    return this.#fields ? [...this.#fields] : [];
  }

  items(): readonly Tree[] {
    return this.#items;
  }
}

class Reading {
  readonly #text: string;
  readonly #offset: number;
  /** Where the next token may begin. */
  #at = 0;
  /** The column of the first token of the line that `#at` is in. */
  #indent = 0;
  /** Where the last value ended. */
  #end = 0;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#offset = offset;
  }

  document(): Tree | undefined {
    if (!this.#nextLine()) return undefined;
    if (this.#text.startsWith('---', this.#at) && this.#indent === 0) {
      this.#at += 3;
      this.#endLine();
      if (!this.#nextLine()) return undefined;
    }
    const tree = this.#block(this.#indent, undefined, 0);
    if (this.#nextLine()) throw beyond;
    return tree;
  }

  /** Goes to the next token that is no comment, where `#at` is at the beginning of a line or of a token; false at the end. */
  #nextLine(): boolean {
    const text = this.#text;
    for (;;) {
      let at = this.#at;
      while (text.charCodeAt(at) === space) at += 1;
      const code = text.charCodeAt(at);
      if (at >= text.length) {
        this.#at = at;
        return false;
      }
      if (code === lineFeed) this.#at = at + 1;
      else if (code === hash) {
        const end = text.indexOf('\n', at);
        this.#at = end < 0 ? text.length : end + 1;
      } else {
        const start = text.lastIndexOf('\n', at - 1) + 1;
        this.#indent = at - start;
        this.#at = at;
        return true;
      }
    }
  }

  /** Behind a value there is nothing but a comment. */
  #endLine(): void {
    const text = this.#text;
    let at = this.#at;
    while (text.charCodeAt(at) === space) at += 1;
    const code = text.charCodeAt(at);
    if (code === hash && at > this.#at) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (at < text.length && code !== lineFeed) throw beyond;
    this.#at = Math.min(text.length, at + 1);
  }

  #block(indent: number, keyAt: Stretch | undefined, level: number): Tree {
    if (level > mostLevels) throw beyond;
    return this.#isDash() ? this.#list(indent, keyAt, level) : this.#map(indent, keyAt, level);
  }

  #isDash(): boolean {
    if (this.#text.charCodeAt(this.#at) !== dash) return false;
    const after = this.#text.charCodeAt(this.#at + 1);
    return after === space || after === lineFeed || Number.isNaN(after);
  }

  #list(indent: number, keyAt: Stretch | undefined, level: number): Tree {
    const start = this.#at;
    const items: Tree[] = [];
    while (this.#at < this.#text.length && this.#indent === indent && this.#isDash()) {
      const own = this.#at;
      this.#at += 1;
      this.#end = this.#at;
      while (this.#text.charCodeAt(this.#at) === space) this.#at += 1;
      items.push(this.#item(indent, own, level));
      if (!this.#nextLine()) break;
    }
    if (this.#at < this.#text.length && this.#indent > indent) throw beyond;
    return new PlainNode(this.#stretch(start, this.#end), keyAt, { items });
  }

  #item(indent: number, dashAt: number, level: number): Tree {
    const text = this.#text;
    const code = text.charCodeAt(this.#at);
    if (code === lineFeed || code === hash || this.#at >= text.length) {
      const empty = this.#end;
      this.#refuseLastSpaces(empty);
      this.#endLine();
      if (this.#nextLine() && this.#indent > indent) return this.#block(this.#indent, undefined, level + 1);
      return new PlainNode(this.#stretch(empty, empty), undefined, { value: null });
    }
    const column = indent + (this.#at - dashAt);
    if (this.#isDash() || this.#startsMap()) {
      this.#indent = column;
      return this.#block(column, undefined, level + 1);
    }
    const tree = this.#value(undefined, level);
    this.#endLine();
    return tree;
  }

  /** Whether a key of a map begins here. */
  #startsMap(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    if (code === curly || code === bracket) return false;
    const at = this.#at;
    const key = this.#key();
    this.#at = at;
    return key !== undefined;
  }

  #map(indent: number, keyAt: Stretch | undefined, level: number): Tree {
    const start = this.#at;
    const fields = new Map<string, Tree>();
    while (this.#at < this.#text.length && this.#indent === indent) {
      const own = this.#at;
      const key = this.#key();
      if (key === undefined || key.name === '<<' || fields.has(key.name)) throw beyond;
      const at = this.#stretch(own, key.end);
      this.#end = this.#at;
      while (this.#text.charCodeAt(this.#at) === space) this.#at += 1;
      fields.set(key.name, this.#field(indent, at, level));
      if (!this.#nextLine()) break;
    }
    if (this.#at < this.#text.length && this.#indent > indent) throw beyond;
    return new PlainNode(this.#stretch(start, this.#end), keyAt, { fields });
  }

  #field(indent: number, keyAt: Stretch, level: number): Tree {
    const text = this.#text;
    const code = text.charCodeAt(this.#at);
    if (code !== lineFeed && code !== hash && this.#at < text.length) {
      const tree = this.#value(keyAt, level);
      this.#endLine();
      return tree;
    }
    const empty = this.#end;
    this.#refuseLastSpaces(empty);
    this.#endLine();
    if (this.#nextLine()) {
      if (this.#indent > indent) return this.#block(this.#indent, keyAt, level + 1);
      if (this.#indent === indent && this.#isDash()) return this.#list(indent, keyAt, level + 1);
    }
    return new PlainNode(this.#stretch(empty, empty), keyAt, { value: null });
  }

  /** The parser puts an empty value behind the spaces after its key, or before them: it depends on what follows. */
  #refuseLastSpaces(from: number): void {
    if (this.#at > from && this.#text.charCodeAt(this.#at) !== hash) throw beyond;
  }

  /** A key with its colon; undefined where there is none. */
  #key(): { readonly name: string; readonly end: number } | undefined {
    const text = this.#text;
    const code = text.charCodeAt(this.#at);
    if (code === quote || code === apostrophe) {
      const name = this.#quoted();
      const end = this.#at;
      return this.#colon() ? { name, end } : undefined;
    }
    plainKey.lastIndex = this.#at;
    const name = plainKey.exec(text)?.[0];
    if (name === undefined) return undefined;
    // A number or a word such as null is no text, and what it is called then is up to the parser.
    if (!isText(name)) throw beyond;
    this.#at += name.length;
    const end = this.#at;
    return this.#colon() ? { name, end } : undefined;
  }

  #colon(): boolean {
    if (this.#text.charCodeAt(this.#at) !== colon) return false;
    const after = this.#text.charCodeAt(this.#at + 1);
    if (after !== space && after !== lineFeed && !Number.isNaN(after)) return false;
    this.#at += 1;
    return true;
  }

  /** A value that begins and ends in this line. */
  #value(keyAt: Stretch | undefined, level: number): Tree {
    const code = this.#text.charCodeAt(this.#at);
    if (code === curly || code === bracket) {
      const tree = this.#flow(keyAt, level + 1);
      this.#end = this.#at;
      return tree;
    }
    const start = this.#at;
    const value = code === quote || code === apostrophe ? this.#quoted() : this.#plain(plainValue);
    this.#end = this.#at;
    const tree = new PlainNode(this.#stretch(start, this.#at), keyAt, { value });
    return tree;
  }

  #plain(pattern: RegExp): Scalar {
    pattern.lastIndex = this.#at;
    const raw = pattern.exec(this.#text)?.[0];
    if (raw === undefined || raw === '-' || raw.startsWith('- ')) throw beyond;
    this.#at += raw.length;
    return scalarIn(raw);
  }

  #quoted(): string {
    const text = this.#text;
    const code = text.charCodeAt(this.#at);
    const pattern = code === quote ? doubleQuoted : singleQuoted;
    pattern.lastIndex = this.#at;
    const raw = pattern.exec(text)?.[0];
    if (raw === undefined) throw beyond;
    this.#at += raw.length;
    const inner = raw.slice(1, -1);
    return code === quote ? inner : inner.replaceAll("''", "'");
  }

  #flow(keyAt: Stretch | undefined, level: number): Tree {
    if (level > mostLevels) throw beyond;
    const start = this.#at;
    const isMap = this.#text.charCodeAt(start) === curly;
    const close = isMap ? curlyEnd : bracketEnd;
    this.#at += 1;
    const fields = new Map<string, Tree>();
    const items: Tree[] = [];
    for (;;) {
      this.#blanks();
      if (this.#text.charCodeAt(this.#at) === close) break;
      if (isMap) this.#flowField(fields, level);
      else items.push(this.#flowValue(undefined, level));
      this.#blanks();
      const code = this.#text.charCodeAt(this.#at);
      if (code === comma) this.#at += 1;
      else if (code !== close) throw beyond;
    }
    this.#at += 1;
    return new PlainNode(this.#stretch(start, this.#at), keyAt, isMap ? { fields } : { items });
  }

  #flowField(fields: Map<string, Tree>, level: number): void {
    const own = this.#at;
    const code = this.#text.charCodeAt(own);
    const name = code === quote || code === apostrophe ? this.#quoted() : this.#plain(flowKey);
    if (typeof name !== 'string' || name === '<<' || fields.has(name)) throw beyond;
    const keyAt = this.#stretch(own, this.#at);
    if (this.#text.charCodeAt(this.#at) !== colon || this.#text.charCodeAt(this.#at + 1) !== space) throw beyond;
    this.#at += 1;
    this.#blanks();
    fields.set(name, this.#flowValue(keyAt, level));
  }

  #flowValue(keyAt: Stretch | undefined, level: number): Tree {
    const start = this.#at;
    const code = this.#text.charCodeAt(start);
    if (code === curly || code === bracket) return this.#flow(keyAt, level + 1);
    const value = code === quote || code === apostrophe ? this.#quoted() : this.#plain(flowValue);
    // Behind a value of a list, a colon makes it a key.
    if (this.#text.charCodeAt(this.#at) === colon) throw beyond;
    return new PlainNode(this.#stretch(start, this.#at), keyAt, { value });
  }

  #blanks(): void {
    while (this.#text.charCodeAt(this.#at) === space) this.#at += 1;
  }

  #stretch(start: number, end: number): Stretch {
    return { start: start + this.#offset, end: end + this.#offset };
  }
}

const [space, lineFeed, hash, dash, colon, comma] = [0x20, 0x0a, 0x23, 0x2d, 0x3a, 0x2c];
const [quote, apostrophe, curly, curlyEnd, bracket, bracketEnd] = [0x22, 0x27, 0x7b, 0x7d, 0x5b, 0x5d];

const plainKey = /[A-Za-z_./$][\w./$-]*(?=:)/y;
/** Letters, digits and marks that mean nothing at the beginning; no `: ` and no ` #` in it, and no colon at its end. */
const plainValue = /[A-Za-z0-9_./$+(=~^-](?:[^\n:# ]|:(?=[^\s])|(?<=[^\s])#| +(?=[^\n#: ])| +:(?=[^\s]))*(?=[ \n]|$)/y;
const flowKey = /[A-Za-z_./$][\w./$-]*(?=:)/y;
const flowValue =
  /[A-Za-z0-9_./$+(=~^-](?:[^\n:#,[\]{} ]|:(?=[^\s,[\]{}])|(?<=[^\s])#| +(?=[^\n#:,[\]{} ]))*(?=[ ,\]}])/y;
const doubleQuoted = /"[^"\\\n]*"/y;
const singleQuoted = /'(?:[^'\n]|'')*'/y;

/** What a plain text comes to by the core schema of YAML 1.2; numbers of unusual forms are left to the parser. */
function scalarIn(raw: string): Scalar {
  if (!/^[nNtTfF~\d+.-]/.test(raw)) return raw;
  if (/^(?:null|Null|NULL|~)$/.test(raw)) return null;
  if (/^(?:true|True|TRUE)$/.test(raw)) return true;
  if (/^(?:false|False|FALSE)$/.test(raw)) return false;
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(raw)) return Number(raw);
  if (/^-?(?:0|[1-9]\d{0,9})\.\d{1,5}$/.test(raw)) return Number(raw);
  if (/^[-+.\d]/.test(raw) && !isPlainlyText(raw)) throw beyond;
  if (raw === '---' || raw === '...') throw beyond;
  return raw;
}

/** Begins like a number, and is none by any schema: `10.20.0.5`, `250m`, `1.0.3`, `./src`. */
function isPlainlyText(raw: string): boolean {
  return (
    !/^[-+]?(?:\.?\d[\d_.,eE+-]*|0[xob][\da-fA-F_]+|\.(?:inf|Inf|INF|nan|NaN|NAN))$/.test(raw) ||
    /^\d+\.\d+\.\d+[\d.]*$/.test(raw)
  );
}

function isText(raw: string): boolean {
  return (
    !/^(?:null|Null|NULL|~|true|True|TRUE|false|False|FALSE)$/.test(raw) &&
    !/^[-+.]?\d/.test(raw) &&
    !/^\.(?:inf|nan)/i.test(raw)
  );
}
