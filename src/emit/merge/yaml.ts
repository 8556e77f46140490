import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { PoolctlError } from '../../base/errors.ts';

type Path = readonly string[];

/**
 * Puts the values of a YAML snippet into a YAML file: a key that is there gets the new value where it stands, others are
 * added below the nearest parent that is there. Everything else, comments and spacing too, stays as it is.
 */
export function mergeYaml(existing: string, snippet: string, file: string): string {
  let text = existing;
  for (const [path, value] of leavesOf(parseDocument(snippet))) text = put(text, path, value, file);
  return text;
}

function leavesOf(document: Document.Parsed): [Path, string][] {
  const walk = (node: unknown, path: Path): [Path, string][] =>
    isMap(node)
      ? node.items.flatMap(({ key, value }) => walk(value, [...path, isScalar(key) ? String(key.value) : String(key)]))
      : [[path, isScalar(node) ? (node.source ?? String(node.value)) : String(node)]];
  return walk(document.contents, []);
}

function put(text: string, path: Path, value: string, file: string): string {
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake || text.includes('\n---\n')) {
    throw new PoolctlError(
      'INPUT_INVALID',
      `${file}: ${mistake?.message.split('\n')[0] ?? 'it holds several documents.'}`,
      {
        hint: 'Write to a new file, and put it in place by hand.',
      },
    );
  }
  const node = document.getIn(path, true);
  if (isScalar(node) && node.range) return text.slice(0, node.range[0]) + value + text.slice(node.range[1]);
  if (node !== undefined) refuse(file, path);
  const depth = deepestParent(document, path);
  if (depth === 0) return append(text, path, value, '');
  const parent = document.getIn(path.slice(0, depth), true);
  if (!isMap(parent) || parent.flow || parent.items.length === 0) return refuse(file, path.slice(0, depth));
  return insertInto(text, parent, path.slice(depth), value);
}

function deepestParent(document: Document.Parsed, path: Path): number {
  for (let depth = path.length - 1; depth > 0; depth -= 1) if (document.hasIn(path.slice(0, depth))) return depth;
  return 0;
}

/** Inserts after the last line of the map's last item, with the indentation of its first. */
function insertInto(text: string, parent: YAMLMap, rest: Path, value: string): string {
  const [first] = parent.items;
  const start = (first?.key as { range?: [number, number, number] } | undefined)?.range?.[0] ?? 0;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const last = parent.items.at(-1)?.value as { range?: [number, number, number] } | null | undefined;
  const end = last?.range?.[1] ?? start;
  const lineEnd = text.indexOf('\n', text[end - 1] === '\n' ? end - 1 : end);
  const at = lineEnd < 0 ? text.length : lineEnd + 1;
  const before = lineEnd < 0 ? `${text}\n` : text.slice(0, at);
  return before + block(rest, value, indent) + text.slice(at);
}

function append(text: string, path: Path, value: string, indent: string): string {
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${block(path, value, indent)}`;
}

function block(path: Path, value: string, indent: string): string {
  return path
    .map((key, depth) => `${indent}${'  '.repeat(depth)}${key}:${depth === path.length - 1 ? ` ${value}` : ''}\n`)
    .join('');
}

function refuse(file: string, path: Path): never {
  throw new PoolctlError('INPUT_CONTRADICTION', `${file}: ${path.join('.')} is not a block of \`key: value\` lines.`, {
    hint: 'Write to a new file, and put it in place by hand.',
  });
}
