import type { DeclaredEntry } from '../entry.ts';
import { type ConfigToken, ConfigTokens } from './tokens.ts';
import { mostLevels, tooMuch } from './yaml-documents.ts';

const pattern =
  /(?<skip>[\s,;]+|(?:#|\/\/)[^\n]*|\/\*.*?\*\/|\uFEFF)|(?<sign>[={}()[\]:]|@include)|"(?<string>(?:\\.|[^"\\])*)"|(?<number>[+-]?(?:0[xX][\da-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?))L{0,2}(?![\w.])|(?<name>[A-Za-z*][\w*-]*)/;

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

/**
 * libconfig, which ProxySQL has: `name = value;` or `name: value`, groups in braces, lists in parentheses and arrays in
 * brackets. One entry for each value, its key with dots from the top: `mysql_servers.0.max_connections`.
 */
export function parseLibconfig(text: string, file: string): DeclaredEntry[] {
  const tokens = new ConfigTokens(text, file, { format: 'libconfig', pattern });
  settings([], 'end');
  return tokens.entries;

  function settings(path: readonly (string | number)[], until: string): void {
    for (;;) {
      const key = tokens.next();
      if (key.kind === 'end' ? until === 'end' : key.text === until) return;
      if (key.text === '@include') tokens.add([...path, '@include'], key, tokens.next());
      else if (key.kind === 'name') {
        if (/^[=:]$/.test(tokens.peek().text)) tokens.next();
        value([...path, key.text], key, tokens.next());
      } else throw tokens.refuse(key);
    }
  }

  function value(path: readonly (string | number)[], key: ConfigToken, first: ConfigToken): void {
    if (path.length > mostLevels) throw tooMuch(file);
    const close = closing[first.text];
    if (first.text === '{') settings(path, '}');
    else if (close !== undefined) list(path, close);
    else if (first.kind === 'value') tokens.add(path, key, joined(first));
    else if (/^(?:true|false)$/i.test(first.text)) tokens.add(path, key, { ...first, value: /^t/i.test(first.text) });
    else throw tokens.refuse(first);
  }

  function list(path: readonly (string | number)[], close: string): void {
    for (let index = 0; ; index += 1) {
      const item = tokens.next();
      if (item.text === close) return;
      value([...path, index], item, item);
    }
  }

  /** Strings that follow each other are one. */
  function joined(first: ConfigToken): ConfigToken {
    let whole = first;
    while (typeof whole.value === 'string' && isString(tokens.peek())) {
      const more = tokens.next();
      whole = { ...whole, value: `${whole.value}${more.value}`, end: more.end };
    }
    return whole;
  }
}

function isString({ kind, value }: ConfigToken): boolean {
  return kind === 'value' && typeof value === 'string';
}
