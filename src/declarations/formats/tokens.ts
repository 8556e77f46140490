import { placeFinder } from '../code/lines.ts';
import { type DeclaredEntry, refuseFile, type Stretch } from '../entry.ts';
import type { Scalar } from '../value.ts';

/** A piece of a text in a language of blocks: a sign such as `{`, a name, or a plain value. */
export interface ConfigToken extends Stretch {
  readonly kind: 'sign' | 'name' | 'value' | 'end';
  /** The sign or the name. */
  readonly text: string;
  readonly value: Scalar;
}

const end: Omit<ConfigToken, keyof Stretch> = { kind: 'end', text: '', value: null };

/** Takes a text apart by patterns that stand at the place where the last one ended, and makes entries of what is read. */
export class ConfigTokens {
  readonly #text: string;
  readonly #file: string;
  readonly #format: string;
  readonly #pattern: RegExp;
  readonly #lineOf: (at: Stretch) => number;
  readonly entries: DeclaredEntry[] = [];

  /** `pattern` is sticky, with the groups `skip`, `sign`, `name`, `string` and `number`; one of them matches. */
  constructor(text: string, file: string, { format, pattern }: { format: string; pattern: RegExp }) {
    this.#text = text;
    this.#file = file;
    this.#format = format;
    this.#pattern = new RegExp(pattern, 'sy');
    const place = placeFinder(file, text);
    this.#lineOf = (at) => place(at).line;
  }

  /** The next one. @throws PoolctlError INPUT_INVALID with the line, where there is none */
  next(): ConfigToken {
    for (;;) {
      const start = this.#pattern.lastIndex;
      if (start >= this.#text.length) return { ...end, start, end: start };
      const groups = this.#pattern.exec(this.#text)?.groups;
      const at = { start, end: this.#pattern.lastIndex };
      if (!groups) throw this.refuse({ start, end: start });
      const { sign, name, string, number } = groups;
      if (sign !== undefined) return { kind: 'sign', text: sign, value: sign, ...at };
      if (name !== undefined) return { kind: 'name', text: name, value: name, ...at };
      if (string !== undefined) return { kind: 'value', text: '', value: string.replace(/\\(["\\])/g, '$1'), ...at };
      if (number !== undefined) return { kind: 'value', text: '', value: Number(number), ...at };
    }
  }

  peek(): ConfigToken {
    const before = this.#pattern.lastIndex;
    const token = this.next();
    this.#pattern.lastIndex = before;
    return token;
  }

  add(path: readonly (string | number)[], keyAt: Stretch, { value, start, end: behind }: ConfigToken): void {
    const valueAt = { start, end: behind };
    this.entries.push({ key: path.join('.'), value, line: this.#lineOf(valueAt), keyAt, valueAt });
  }

  /** No text is quoted: it may be a secret. */
  refuse(at: Stretch): Error {
    return refuseFile(
      this.#file,
      this.#lineOf(at),
      `this is not ${this.#format}.`,
      'Correct the line, or give --from if the file is in another format.',
    );
  }
}
