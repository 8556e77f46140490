import { type Document, isScalar, parseAllDocuments, visit } from 'yaml';
import { contradiction, refuseFile } from '../entry.ts';

/** Nested deeper than any configuration is. */
export const mostLevels = 100;

/** A stretch of a file that is a YAML document of its own, or all of it. */
export interface YamlPart {
  readonly text: string;
  /** Where it begins in the file. */
  readonly offset: number;
}

/** Splits a file at the marks between its documents, so that only those that matter need be parsed. */
export function yamlParts(text: string): YamlPart[] {
  if (/^%/m.test(text)) return [{ text, offset: 0 }];
  const starts = [0, ...Array.from(text.matchAll(/^---(?=\s)/gm), ({ index }) => index)];
  return starts
    .map((start, index) => ({ text: text.slice(start, starts[index + 1]), offset: start }))
    .filter((part) => part.text.trim() !== '');
}

/**
 * The documents of a text in YAML or JSON. No message quotes the text: it may be a secret.
 * @throws PoolctlError INPUT_INVALID or INPUT_CONTRADICTION with file and line
 */
export function yamlDocuments(text: string, file: string, lineAt: (offset: number) => number): Document.Parsed[] {
  if (isTooDeep(text)) throw tooMuch(file);
  // The parser compares each key of a map with every other, which takes minutes for a hundred thousand.
  const options = { prettyErrors: false, merge: true, keepSourceTokens: false, uniqueKeys: false };
  const documents = parseAllDocuments(text, options);
  if ('empty' in documents) return [];
  for (const document of documents) {
    const twice = keyThatIsTwice(document);
    if (twice !== undefined)
      throw contradiction(file, lineAt(twice), 'a key is there twice.', 'Leave the one that is meant.');
    const [mistake] = document.errors;
    if (!mistake) continue;
    const [where, what] = [lineAt(mistake.pos[0]), mistake.code.toLowerCase().replaceAll('_', ' ')];
    throw refuseFile(
      file,
      where,
      `this is not YAML or JSON: ${what}.`,
      'Is it the right file? Give --from if its format is another one.',
    );
  }
  return documents;
}

/** Where a key begins that its map has before; `<<` may be there several times. */
function keyThatIsTwice(document: Document.Parsed): number | undefined {
  let twice: number | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key) || typeof key.value === 'symbol' || key.value === '<<') continue;
        if (seen.has(key.value)) twice ??= key.range?.[0] ?? 0;
        seen.add(key.value);
      }
      return twice === undefined ? undefined : visit.BREAK;
    },
  });
  return twice;
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

export function tooMuch(file: string): Error {
  return refuseFile(file, 1, 'there is more in it than in any configuration.', 'Leave only the settings of the pool.');
}
