import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { contradiction, type DeclaredEntry, refuseFile, type Stretch } from '../entry.ts';
import type { Scalar } from '../value.ts';
import { tooMuch } from './yaml-documents.ts';

/** More than any configuration has. */
const mostEntries = 20_000;

/**
 * TOML: one entry for each value, its key with dots from the top. `[pools.main.users.0]`, the first `[[pools.main.users]]`
 * and `users = [{ … }]` below `[pools.main]` all give keys such as `pools.main.users.0.pool_size`. Dates are text.
 */
export function parseToml(text: string, file: string): DeclaredEntry[] {
  const entries: DeclaredEntry[] = [];
  for (const node of bodyOf(text, file)) {
    if (node.type === 'TOMLKeyValue') add(node, []);
    else for (const field of node.body) add(field, node.resolvedKey);
  }
  return entries;

  function add({ key, value }: AST.TOMLKeyValue, above: readonly (string | number)[]): void {
    walk(value, [...above, ...key.keys.map(nameOf)], stretchOf(key));
  }

  function walk(node: AST.TOMLContentNode, path: readonly (string | number)[], keyAt: Stretch): void {
    if (entries.length >= mostEntries) throw tooMuch(file);
    if (node.type === 'TOMLInlineTable') for (const field of node.body) add(field, path);
    else if (node.type === 'TOMLArray') {
      for (const [index, item] of node.elements.entries()) walk(item, [...path, index], stretchOf(item));
    } else {
      const { line } = node.loc.start;
      entries.push({ key: path.join('.'), value: scalarOf(node), line, keyAt, valueAt: stretchOf(node) });
    }
  }
}

/** @throws PoolctlError INPUT_INVALID or INPUT_CONTRADICTION with file and line; the parser's message may quote a secret */
function bodyOf(text: string, file: string): AST.TOMLTopLevelTable['body'] {
  if (isTooDeep(text)) throw tooMuch(file);
  try {
    return parseTOML(text.replace(/^\uFEFF/, ' '), { tomlVersion: '1.1' }).body[0].body;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    if (/multiple times/.test(error.message)) {
      throw contradiction(file, error.lineNumber, 'a key or a table is there twice.', 'Leave the one that is meant.');
    }
    throw refuseFile(
      file,
      error.lineNumber,
      'this is not TOML.',
      'Correct the line, or give --from if the file is in another format.',
    );
  }
}

/** The parser goes down by calls, and runs out of stack in thousands of levels. */
function isTooDeep(text: string): boolean {
  let level = 0;
  for (const [mark] of text.matchAll(/[[\]{}]/g)) {
    level += mark === '[' || mark === '{' ? 1 : -1;
    if (level > 500) return true;
  }
  return false;
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function scalarOf(node: AST.TOMLValue): Scalar {
  if (node.kind === 'string' || node.kind === 'boolean') return node.value;
  if (node.kind !== 'integer' && node.kind !== 'float') return node.datetime;
  return Number.isFinite(node.value) ? node.value : node.number;
}

function stretchOf({ range: [start, end] }: AST.TOMLNode): Stretch {
  return { start, end };
}
