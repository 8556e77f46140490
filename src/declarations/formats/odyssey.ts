import type { DeclaredEntry } from '../entry.ts';
import { type ConfigToken, ConfigTokens } from './tokens.ts';
import { mostLevels, tooMuch } from './yaml-documents.ts';

const pattern =
  /(?<skip>[\s,]+|#[^\n]*|\uFEFF)|(?<sign>[{}])|"(?<string>(?:\\.|[^"\\])*)"|(?<number>-?\d+)(?![\w.])|(?<name>[A-Za-z0-9_][\w./:-]*)/;

/** Words that are values, and not the next key; behind `user`, the kinds of connection too. */
const words = /^(?:yes|no|default)$/;
const kinds = /^(?:local|host|hostssl|hostnossl)$/;

/**
 * Reads odyssey.conf. It has pairs `key value`, where a line end is a space like any other, and blocks: `database "app" { }`.
 * One entry for each value, its key with dots from the top, names of blocks included: `database.app.user.web.pool_size`.
 */
export function parseOdyssey(text: string, file: string): DeclaredEntry[] {
  const tokens = new ConfigTokens(text, file, { format: 'the language of Odyssey', pattern });
  block([]);
  return tokens.entries;

  function block(path: readonly string[]): void {
    if (path.length > mostLevels) throw tooMuch(file);
    for (;;) {
      const key = tokens.next();
      if (key.kind === 'end' && path.length > 0) throw tokens.refuse(key);
      if (key.kind === 'end' || (key.text === '}' && path.length > 0)) return;
      if (key.kind !== 'name') throw tokens.refuse(key);
      const values: ConfigToken[] = [];
      while (isValue(tokens.peek(), key.text)) values.push(tokens.next());
      if (tokens.peek().text === '{') {
        tokens.next();
        const [name, ...others] = values.map(({ value }) => String(value));
        block([...path, key.text, ...(name === undefined ? [] : [[name, ...others].join(' ')])]);
      } else for (const value of values) tokens.add([...path, key.text], key, spoken(value));
    }
  }
}

function isValue({ kind, text }: ConfigToken, key: string): boolean {
  return kind === 'value' || (kind === 'name' && (words.test(text) || (key === 'user' && kinds.test(text))));
}

function spoken(token: ConfigToken): ConfigToken {
  return /^(?:yes|no)$/.test(token.text) ? { ...token, value: token.text === 'yes' } : token;
}
