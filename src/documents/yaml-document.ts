import * as v from 'valibot';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { type ErrorCode, PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';

/**
 * Reads YAML text as what the schema says. A mistake is an error with file, line, column and what is allowed.
 * @throws PoolctlError the code of `refusal`
 */
export function readYamlDocument<const Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  file: string,
  refusal: { readonly code: ErrorCode; readonly hint: string },
): v.InferOutput<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new PoolctlError(refusal.code, `${file}:${line}:${col}: ${message}`, { hint: refusal.hint });
  };
  const [mistake] = document.errors;
  if (mistake?.code === 'MULTIPLE_DOCS')
    return refuse(mistake.pos[0], 'one document is read, and here a second begins.');
  if (mistake?.code === 'DUPLICATE_KEY')
    return refuse(mistake.pos[0], `a second ${keyIn(text, mistake.pos[0])}: a name stands once.`);
  if (mistake) return refuse(mistake.pos[0], mistake.message);

  const read = v.safeParse(schema, writtenIn(document, refuse), { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  const path = (issue.path ?? []).map(({ key }) => key);
  const place = path.length > 0 ? `${path.join('.')}: ` : '';
  return refuse(offsetOf(document, path), `${place}${messageOf(issue, schema, path)}`);
}

/** The line, from 1 on, where the value at `path` stands in a text that was read. */
export function yamlLineOf(text: string, path: readonly string[]): number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return lines.linePos(offsetOf(document, path)).line;
}

/** The key at an offset, as it is written. */
function keyIn(text: string, offset: number): string {
  return /^(?:"[^"\n]*"|'[^'\n]*'|[^:\s]+)/.exec(text.slice(offset, offset + 200))?.[0] ?? 'key';
}

/** The text may have been written by anyone: an alias without an anchor, or a million of them, is its mistake. */
function writtenIn(document: Document.Parsed, refuse: (offset: number, message: string) => never): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return refuse(document.contents?.range[0] ?? 0, `${error.message}.`);
  }
}

function messageOf(issue: v.BaseIssue<unknown>, schema: v.GenericSchema, path: readonly unknown[]): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const allowed = keysAt(schema, path.slice(0, -1));
    return `unknown key.${didYouMean(String(path.at(-1)), allowed)} Allowed here: ${allowed.join(', ')}.`;
  }
  if (issue.type === 'strict_object' && issue.expected === 'Object') return 'must be a list of `key: value` lines.';
  if (issue.type === 'strict_object' && issue.received === 'undefined') return 'is missing.';
  if (issue.type === 'array') return 'must be a list.';
  if (issue.type === 'boolean') return 'must be true or false.';
  if (issue.type === 'picklist')
    return `must be one of ${issue.expected?.replaceAll(' | ', ', ').replace(/[()"]/g, '')}.`;
  return /[.)]$/.test(issue.message) ? issue.message : `${issue.message}.`;
}

/** The keys that the schema allows in the object at `path`. */
function keysAt(schema: v.GenericSchema, path: readonly unknown[]): string[] {
  let at: unknown = schema;
  for (const key of path) at = child(unwrap(at), String(key));
  return Object.keys((unwrap(at) as { entries?: object }).entries ?? {});
}

function child(schema: unknown, key: string): unknown {
  const { entries, item, value } = schema as { entries?: Record<string, unknown>; item?: unknown; value?: unknown };
  return entries?.[key] ?? item ?? value;
}

function unwrap(schema: unknown): unknown {
  const { wrapped } = schema as { wrapped?: unknown };
  return wrapped === undefined ? schema : unwrap(wrapped);
}

/** Where in the text the value at `path` stands; of a value that is not there, its nearest parent. */
function offsetOf(document: Document.Parsed, path: readonly unknown[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      const node = (pair?.value ?? pair?.key) as { range?: [number, number, number] } | undefined;
      if (node?.range) return node.range[0];
    } else {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return node.range[0];
    }
  }
  return document.contents?.range[0] ?? 0;
}
