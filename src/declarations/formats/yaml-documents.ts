import { type Document, parseAllDocuments } from 'yaml';
import { contradiction, refuseFile } from '../entry.ts';

/** Nested deeper than any configuration is. */
export const mostLevels = 100;
/** More at the top than any configuration has. */
const mostKeys = 10_000;

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
  if (isTooDeep(text) || isTooWide(text)) throw tooMuch(file);
  const documents = parseAllDocuments(text, { prettyErrors: false, merge: true, keepSourceTokens: false });
  if ('empty' in documents) return [];
  for (const document of documents) {
    const [mistake] = document.errors;
    if (!mistake) continue;
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
  return documents;
}

/** The parser compares each key of a map with every other, which takes minutes for as many. */
function isTooWide(text: string): boolean {
  return (text.match(/^[^\s#-]/gm)?.length ?? 0) > mostKeys;
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
