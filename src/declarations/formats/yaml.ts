import { placeFinder } from '../code/lines.ts';
import { withoutJsonComments } from '../code/loose-json.ts';
import type { DeclaredEntry } from '../entry.ts';
import { hasErb, withErb } from './erb.ts';
import { plainJson } from './json.ts';
import { plainTree } from './plain-yaml.ts';
import { type Tree, treeOf } from './tree.ts';
import { mostLevels, tooMuch, yamlDocuments, yamlParts } from './yaml-documents.ts';
import { asItsSystemReads } from './yaml-reader.ts';

/** More than any configuration has. Nested aliases make that many entries of a few lines; an alias within itself is endless. */
const mostEntries = 20_000;
/** Without aliases a text has no more entries than words. */
const mostPlainEntries = 1_000_000;

/** YAML and JSON: one entry for each value, its key with dots from the top. Several documents are counted from 0. */
export function parseYaml(text: string, file: string): DeclaredEntry[] {
  return hasErb(text) ? withErb(text, file, (masked) => parsed(masked, file)) : parsed(withoutJsonComments(text), file);
}

function parsed(text: string, file: string): DeclaredEntry[] {
  const place = placeFinder(file, text);
  const lineAt = (offset: number) => place({ start: offset, end: offset }).line;
  const json = plainJson(text, lineAt);
  if (json) return json;
  return asItsSystemReads(plainDocuments(text, file, lineAt) ?? fullDocuments(text, file, lineAt), text);
}

function fullDocuments(text: string, file: string, lineAt: (offset: number) => number): DeclaredEntry[] {
  return yamlDocuments(text, file, lineAt).flatMap((document, index) => {
    const tree = treeOf(document, { refuse: () => tooMuch(file) });
    return tree ? entriesOf(tree, file, lineAt, mostEntries).map((entry) => ({ ...entry, document: index })) : [];
  });
}

/** The documents of plain YAML; undefined where one of them is more than that. */
function plainDocuments(text: string, file: string, lineAt: (offset: number) => number): DeclaredEntry[] | undefined {
  const entries: DeclaredEntry[] = [];
  for (const [index, part] of yamlParts(text).entries()) {
    const tree = plainTree(part.text, part.offset);
    if (!tree) return undefined;
    for (const entry of entriesOf(tree, file, lineAt, mostPlainEntries)) entries.push({ ...entry, document: index });
  }
  return entries;
}

/** @throws PoolctlError INPUT_INVALID where there are too many */
function entriesOf(tree: Tree, file: string, lineAt: (offset: number) => number, most: number): DeclaredEntry[] {
  const entries: DeclaredEntry[] = [];
  walk(tree, [], 0);
  return entries;

  function walk(node: Tree, path: readonly string[], level: number): void {
    if (entries.length > most || level > mostLevels) throw tooMuch(file);
    for (const [name, field] of node.fields()) walk(field, [...path, name], level + 1);
    for (const [index, item] of node.items().entries()) walk(item, [...path, String(index)], level + 1);
    if (node.value === undefined) return;
    const line = lineAt(node.value === null && node.keyAt ? node.keyAt.start : node.at.start);
    entries.push({ key: path.join('.'), value: node.value, line, valueAt: node.at, keyAt: node.keyAt ?? node.at });
  }
}
