import { isAlias, isMap, isScalar, type Node, type Pair, parseAllDocuments, type YAMLMap } from 'yaml';
import { PoolctlError } from '../../base/errors.ts';
import type { Assignment } from '../target.ts';
import { setTwice } from './lines.ts';
import {
  type LeftAssignment,
  type Merged,
  type MergeForm,
  type MetAssignment,
  type MetReference,
  missed,
  settlePlace,
} from './met.ts';
import { eolOf, isSameKey } from './spelling.ts';

type Path = readonly string[];

/** The deepest place that a file has for a path: the value itself, or the block that it belongs in. */
interface Found {
  readonly node: unknown;
  /** What of the path is not there. */
  readonly rest: Path;
}

/**
 * Puts settings into a YAML file: a key that is there gets the new value where it stands, others are added below the
 * nearest parent that is there. Everything else, comments and spacing too, stays as it is.
 */
export function mergeYaml(
  existing: string,
  assignments: readonly Assignment[],
  { isSpring = false }: Pick<MergeForm, 'isSpring'>,
  file: string,
): Merged {
  const references: MetReference[] = [];
  const left: LeftAssignment[] = [];
  const met: MetAssignment[] = [];
  const missing: Assignment[] = [];
  let text = existing;
  // Values first: as long as no line is added, they are in the lines that the user knows.
  for (const assignment of assignments) {
    const { path } = assignment;
    const { node, rest } = find(text, path, isSpring, file);
    if (rest.length > 0) {
      missing.push(assignment);
      met.push(missed(assignment));
      continue;
    }
    const [from, to] = isScalar(node) || isAlias(node) ? (node.range ?? []) : [];
    if (from === undefined || to === undefined) return refuse(file, path);
    const line = text.slice(0, from).split('\n').length;
    const place = { key: path.join('.'), line, written: text.slice(from, to), isSpring };
    const settled = settlePlace(place, assignment);
    if (settled.text !== undefined)
      text = text.slice(0, from) + spaced(settled.text, text[from - 1], text[to]) + text.slice(to);
    references.push(...settled.references);
    left.push(...settled.left);
    met.push(settled.met);
  }
  const eol = eolOf(existing);
  for (const { path, value } of missing) {
    const { node, rest } = find(text, path, isSpring, file);
    if (rest.length === path.length) text = append(text, block(rest, value, '', eol), eol);
    else if (!isMap(node) || node.flow || node.items.length === 0) return refuse(file, path.slice(0, -rest.length));
    else text = insertInto(text, node, rest, value, eol);
    // Nothing can be appended to a list, nor behind the end of the document.
    if (find(text, path, isSpring, file).rest.length > 0) return refuse(file, path);
  }
  return { text, references, left, met };
}

/** Where there was no value, there may be no space on either side of its place. */
function spaced(value: string, before: string | undefined, after: string | undefined): string {
  return `${before === ':' ? ' ' : ''}${value}${after === '#' ? ' ' : ''}`;
}

function find(text: string, path: Path, isSpring: boolean, file: string): Found {
  const documents = parseAllDocuments(text, { prettyErrors: false });
  const [document, second] = 'empty' in documents ? [] : documents;
  const mistake = document?.errors[0];
  if (mistake || second) {
    const what = mistake ? mistake.message.split('\n')[0] : 'it holds several documents.';
    throw new PoolctlError('INPUT_INVALID', `${file}: ${what}`, {
      hint: 'Write to a new file, and put it in place by hand.',
    });
  }
  const all = document ? foundIn(document.contents, path, isSpring) : [];
  if (all.filter(({ rest }) => rest.length === 0).length > 1) throw setTwice(file, path.join('.'));
  return all.reduce((best, found) => (found.rest.length < best.rest.length ? found : best), { node: null, rest: path });
}

/** Every place along the path; a key may have several steps of it: `spring.datasource:`. */
function foundIn(node: unknown, path: Path, isSpring: boolean): Found[] {
  if (path.length === 0 || !isMap(node)) return [{ node, rest: path }];
  const below = node.items.flatMap(({ key, value }: Pair) => {
    const name = isScalar(key) ? String(key.value) : String(key);
    const steps = name.split('.').length;
    const isOnPath = steps <= path.length && isSameKey(name, path.slice(0, steps).join('.'), isSpring);
    return isOnPath ? foundIn(value, path.slice(steps), isSpring) : [];
  });
  return [{ node, rest: path }, ...below];
}

/** Inserts after the last line of the map's last item, with the indentation of its first. */
function insertInto(text: string, parent: YAMLMap, rest: Path, value: string | number, eol: string): string {
  const [first] = parent.items;
  const start = startOf(first?.key) ?? 0;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const last = parent.items.at(-1)?.value as Node | null | undefined;
  const end = last?.range?.[1] ?? start;
  const lineEnd = text.indexOf('\n', text[end - 1] === '\n' ? end - 1 : end);
  const at = lineEnd < 0 ? text.length : lineEnd + 1;
  return append(text.slice(0, at), block(rest, value, indent, eol), eol) + text.slice(at);
}

function startOf(key: unknown): number | undefined {
  return (key as Node | undefined)?.range?.[0];
}

function append(text: string, added: string, eol: string): string {
  return `${text === '' || text.endsWith('\n') ? text : `${text}${eol}`}${added}`;
}

function block(path: Path, value: string | number, indent: string, eol: string): string {
  return path
    .map((key, depth) => `${indent}${'  '.repeat(depth)}${key}:${depth === path.length - 1 ? ` ${value}` : ''}${eol}`)
    .join('');
}

function refuse(file: string, path: Path): never {
  throw new PoolctlError('INPUT_CONTRADICTION', `${file}: ${path.join('.')} is not a block of \`key: value\` lines.`, {
    hint: 'Write to a new file, and put it in place by hand.',
  });
}
