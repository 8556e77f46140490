import type { DeclaredEntry } from '../entry.ts';

/** The text is more than plain JSON: comments, commas at ends, keys that are there twice, or no JSON at all. */
const beyond = Symbol('beyond plain JSON');

/** Deeper than a configuration is. */
const mostLevels = 60;

/**
 * The entries of plain JSON, a hundred times as fast as the parser of YAML reads them. Undefined for all else, which is for
 * that parser.
 */
export function plainJson(text: string, lineAt: (offset: number) => number): DeclaredEntry[] | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return new Reading(text, lineAt).entries();
  } catch (error) {
    if (error === beyond) return undefined;
    throw error;
  }
}

class Reading {
  readonly #text: string;
  readonly #lineAt: (offset: number) => number;
  readonly #entries: DeclaredEntry[] = [];
  #at = 0;

  constructor(text: string, lineAt: (offset: number) => number) {
    this.#text = text;
    this.#lineAt = lineAt;
  }

  entries(): DeclaredEntry[] {
    this.#value('', undefined, 0);
    this.#space();
    if (this.#at < this.#text.length) throw beyond;
    return this.#entries;
  }

  #space(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  #next(): string {
    this.#space();
    return this.#text.charAt(this.#at);
  }

  #value(path: string, keyAt: DeclaredEntry['keyAt'] | undefined, level: number): void {
    if (level > mostLevels) throw beyond;
    const first = this.#next();
    if (first === '{') this.#object(path, level);
    else if (first === '[') this.#list(path, level);
    else this.#scalar(path, keyAt, first);
  }

  #scalar(path: string, keyAt: DeclaredEntry['keyAt'] | undefined, first: string): void {
    const start = this.#at;
    const value = first === '"' ? this.#string() : this.#word();
    const valueAt = { start, end: this.#at };
    this.#entries.push({ key: path, value, line: this.#lineAt(start), valueAt, keyAt: keyAt ?? valueAt });
  }

  #object(path: string, level: number): void {
    const names = new Set<string>();
    this.#each('}', () => {
      if (this.#next() !== '"') throw beyond;
      const start = this.#at;
      const name = this.#string();
      const keyAt = { start, end: this.#at };
      if (names.has(name) || this.#next() !== ':') throw beyond;
      names.add(name);
      this.#at += 1;
      this.#value(path === '' ? name : `${path}.${name}`, keyAt, level + 1);
    });
  }

  #list(path: string, level: number): void {
    let index = 0;
    this.#each(']', () => {
      this.#value(path === '' ? `${index}` : `${path}.${index}`, undefined, level + 1);
      index += 1;
    });
  }

  #each(end: string, item: () => void): void {
    this.#at += 1;
    if (this.#next() === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      item();
      const sign = this.#next();
      this.#at += 1;
      if (sign === end) return;
      if (sign !== ',') throw beyond;
    }
  }

  #string(): string {
    const end = /"(?:[^"\\\n]|\\.)*"/y;
    end.lastIndex = this.#at;
    const written = end.exec(this.#text)?.[0];
    if (written === undefined) throw beyond;
    this.#at += written.length;
    return this.#parsed(written) as string;
  }

  #word(): number | boolean | null {
    const word = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
    word.lastIndex = this.#at;
    const written = word.exec(this.#text)?.[0];
    if (written === undefined) throw beyond;
    this.#at += written.length;
    return this.#parsed(written) as number | boolean | null;
  }

  #parsed(written: string): unknown {
    try {
      return JSON.parse(written);
    } catch {
      throw beyond;
    }
  }
}
