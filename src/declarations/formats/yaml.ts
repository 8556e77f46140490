import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { contradiction, type DeclaredEntry, refuseFile } from '../entry.ts';

/** More than any configuration has. Nested aliases make that many entries of a few lines; an alias within itself is endless. */
const mostEntries = 20_000;
const mostLevels = 100;

/** YAML and JSON: one entry for each value, its key with dots from the top. Several documents are read as one. */
export function parseYaml(text: string, file: string): DeclaredEntry[] {
  if (isTooDeep(text)) throw tooMuch(file);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const entries: DeclaredEntry[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    const [mistake] = document.errors;
    if (mistake) {
      // Its message would quote the text.
      const [where, what] = [lineAt(mistake.pos[0]), mistake.code.toLowerCase().replaceAll('_', ' ')];
      if (mistake.code === 'DUPLICATE_KEY') {
        throw contradiction(file, where, 'a key is there twice.', 'Leave the one that is meant.');
      }
      throw refuseFile(
        file,
        where,
        `this is not YAML or JSON: ${what}.`,
        'Is it the right file? Give --from if its format is another one.',
      );
    }
    walk(document.contents, [], document, 0);
  }
  return entries;

  function walk(node: unknown, path: readonly string[], document: Document, level: number): void {
    if (entries.length > mostEntries || level > mostLevels) {
      throw tooMuch(file);
    }
    if (isAlias(node)) walk(node.resolve(document), path, document, level + 1);
    else if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : String(key);
        if (name === '<<') walk(value, path, document, level + 1);
        else if (value === null || (isScalar(value) && value.value === null)) {
          add([...path, name], null, (key as Node).range?.[0] ?? 0);
        } else walk(value, [...path, name], document, level + 1);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) walk(item, [...path, String(index)], document, level + 1);
    } else if (isScalar(node)) add(path, node.value, node.range?.[0] ?? 0);
  }

  function add(path: readonly string[], value: unknown, offset: number): void {
    const isPlain = typeof value === 'number' || typeof value === 'boolean' || value === null;
    entries.push({ key: path.join('.'), value: isPlain ? value : String(value), line: lineAt(offset) });
  }
}

/** The parser itself runs out of memory in thousands of levels. */
function isTooDeep(text: string): boolean {
  let level = 0;
  for (const [mark] of text.matchAll(/[[\]{}]/g)) {
    level += mark === '[' || mark === '{' ? 1 : -1;
    if (level > 5 * mostLevels) return true;
  }
  return text.split('\n').some((line) => (/^(?:\s*[-?]\s)+/.exec(line)?.[0].length ?? 0) > 5 * mostLevels);
}

function tooMuch(file: string): Error {
  return refuseFile(file, 1, 'there is more in it than in any configuration.', 'Leave only the settings of the pool.');
}
