import { PoolctlError } from '../../base/errors.ts';
import { placeFinder } from '../code/lines.ts';
import type { Stretch } from '../entry.ts';
import { isAmountKey } from '../formats/amount-keys.ts';
import { outerStretch } from '../formats/inner-file.ts';
import { plainTree } from '../formats/plain-yaml.ts';
import { type Tree, treeOf } from '../formats/tree.ts';
import { type YamlPart, yamlDocuments, yamlParts } from '../formats/yaml-documents.ts';
import { countsThatDiffer, type YamlReader } from '../formats/yaml-reader.ts';
import type { SourceSpan } from '../source-span.ts';
import type { FileNote, TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import type { MountedFile } from './container.ts';
import { inManifest, known, unknown } from './values.ts';

/** One document of a file of YAML or JSON. */
export interface ManifestDocument {
  readonly file: string;
  readonly tree: Tree;
  /** The text of the whole file. */
  readonly text: string;
  /** What it is released with, where the file itself tells: a chart of Helm. */
  readonly release?: string;
  /** It is no patch of another, even where it names no image. */
  readonly isWhole?: true;
  spanOf(stretch: Stretch): SourceSpan;
}

/** More than any manifest has; a template that is rendered for hundreds of services stays below. */
const longestFile = 20_000_000;

/** A value that Helm or another template fills in later, and not one in a text such as an alert's. */
const template = /^[ \t]*\{\{-?\s*(?:if|range|with|include|define|end|else|toYaml)\b|^[ \t]*(?:- )?[\w.-]+:\s*\{\{/m;

/** The documents of a file that look like what is asked for. What cannot be read is a note. */
export function manifestDocuments(
  { file, text }: TextFile,
  isWanted: (part: string) => boolean,
  reader: YamlReader = 'go',
): { documents: readonly ManifestDocument[]; notes: readonly FileNote[] } {
  const documents: ManifestDocument[] = [];
  const notes: FileNote[] = [];
  if (text.length > longestFile)
    return { documents, notes: [{ file, text: 'not read: it is larger than 20 MB', isBroken: true }] };
  const spanOf = placeFinder(file, text);
  for (const part of yamlParts(text)) {
    if (!isWanted(part.text)) continue;
    const lineAt = (offset: number) => spanOf({ start: part.offset + offset, end: part.offset + offset }).line;
    if (part.text.includes('{{') && template.test(part.text)) {
      notes.push({
        file,
        line: lineAt(0),
        text: 'not read: it is a template; lint what it renders to (helm template)',
      });
      continue;
    }
    try {
      documents.push(...documentsIn(part, { file, text, spanOf }, reader));
      for (const { at, words } of countsThatDiffer(part.text, reader))
        notes.push({ file, line: lineAt(at), text: words });
    } catch (error) {
      notes.push(noteOf(error, file));
    }
  }
  return { documents, notes };
}

/** The documents of a part of a file. @throws PoolctlError INPUT_INVALID or INPUT_CONTRADICTION */
export function documentsIn(
  part: YamlPart,
  { file, text, spanOf }: Omit<ManifestDocument, 'tree'>,
  reader: YamlReader = 'go',
): ManifestDocument[] {
  const plain = plainTree(part.text, part.offset);
  if (plain) return [{ file, text, tree: plain, spanOf }];
  const lineAt = (offset: number) => spanOf({ start: part.offset + offset, end: part.offset + offset }).line;
  return yamlDocuments(part.text, file, lineAt).flatMap((document) => {
    const tree = treeOf(document, { offset: part.offset, reader });
    return tree ? [{ file, text, tree, spanOf }] : [];
  });
}

/** What went wrong in a file, as a note of it. */
export function noteOf(error: unknown, file: string): FileNote {
  if (error instanceof PoolctlError) return { file, text: `not read: ${error.message}`, isBroken: true };
  if (error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError)
    return { file, text: 'not read: poolctl could not make sense of it', isBroken: true };
  throw error;
}

/** The value at a place as it is written. Text with a template in it is unknown. */
export function valueAt({ spanOf }: ManifestDocument, tree: Tree | undefined, what: string): Resolved | undefined {
  if (tree === undefined || tree.value === null) return undefined;
  const origin = inManifest(what, spanOf(tree.at), isAmountKey(what) ? tree.differs : undefined);
  if (tree.value === undefined) return unknown(tree.why ?? `${what} is no plain value`, origin);
  return String(tree.value).includes('{{')
    ? unknown(`${what} is filled in by a template`, origin)
    : known(tree.value, ...(tree.origins ?? []), origin);
}

export function textAt(tree: Tree | undefined): string | undefined {
  return tree?.value === undefined || tree.value === null ? undefined : String(tree.value);
}

/** A list of texts, or a text of words as a shell takes them apart. */
export function wordsAt(tree: Tree | undefined): readonly string[] {
  const text = textAt(tree);
  return text === undefined ? (tree?.items() ?? []).map((item) => textAt(item) ?? '') : commandWords(text);
}

/** The words of a command line; quotes keep words together, and nothing else is understood. */
export function commandWords(line: string): string[] {
  return Array.from(line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g), ([word]) => word.replace(/["']/g, ''));
}

/** A file that a field holds as its text, with its places in the outer file. */
export function innerFile({ text, spanOf }: ManifestDocument, field: Tree, path: string): MountedFile {
  const outer = outerStretch(field, text);
  return {
    path,
    text: textAt(field) ?? '',
    place: spanOf(field.keyAt ?? field.at),
    spanOf: (stretch) => spanOf(outer(stretch)),
  };
}
