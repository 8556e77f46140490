import { type DeclaredEntry, linesOf, type TextLine } from '../entry.ts';

/**
 * Who reads a .env: `node` is the package dotenv, `python` python-dotenv, `compose` the env files of Compose, and `plain`
 * takes each line as it is, as kustomize and `kubectl create configmap --from-env-file` do.
 */
export type EnvReader = 'node' | 'python' | 'compose' | 'plain';

/** The value of a line for one reader; undefined where that reader has none. */
interface EnvValue {
  readonly value: string | undefined;
  /** The last line of it, counted from 0. */
  readonly last: number;
  /** How long it is in its first line; where it goes on, to the end of its last. */
  readonly length?: number;
  readonly differs?: string;
}

const differences = {
  hash: 'It has a # without a blank before it: dotenv and Node.js cut the value there, python-dotenv, Compose and shells do not.',
  open: 'Its quote is not closed: dotenv takes the line as it is, Node.js reads on to the next quote, python-dotenv leaves it out, and Compose stops.',
  behind:
    'There is more behind its closing quote: dotenv takes it all with the quotes, Node.js what is between them, python-dotenv leaves it out.',
  colon: 'It is written with a colon: dotenv and Compose read it, Node.js, python-dotenv and shells do not.',
  mark: 'It is behind a byte order mark: dotenv reads it, --env-file of Node.js does not.',
} as const;

/** A .env file: `KEY=value`, also with `export` before it and quotes around the value, which may then go over lines. */
export function parseDotenv(text: string, reader: EnvReader = 'node'): DeclaredEntry[] {
  const entries: DeclaredEntry[] = [];
  const lines = linesOf(text);
  const unclosed = new Set<string>();
  for (let index = 0; index < lines.length; index += 1) {
    const { text: raw = '', line = 0, offset = 0 } = lines[index] ?? {};
    const [, before = '', key, between = '', rest = ''] =
      /^(\s*(?:export\s+)?)([\w.-]+)(\s*=\s*|:\s+)(.*)$/.exec(raw) ?? [];
    if (key === undefined) continue;
    const isColon = !between.includes('=');
    if (isColon && (reader === 'python' || reader === 'plain')) continue;
    const start = offset + before.length;
    const keyAt = { start, end: start + key.length };
    const valueStart = keyAt.end + between.length;
    const { value, last, length, differs } = readValue(rest, { lines, index, reader, unclosed });
    index = last;
    if (value === undefined) continue;
    const end = lines[last];
    const to = length === undefined ? (end?.offset ?? 0) + (end?.text.length ?? 0) : valueStart + length;
    const isMarked = reader === 'node' && line === 1 && text.startsWith('\uFEFF');
    const known = differs ?? (isColon ? differences.colon : isMarked ? differences.mark : undefined);
    entries.push({
      ...{ key, value, line, keyAt, valueAt: { start: valueStart, end: to } },
      ...(known !== undefined && { differs: known }),
    });
  }
  return entries;
}

/** The lines of a file, and which of them is read. */
interface Around {
  readonly lines: readonly TextLine[];
  readonly index: number;
  readonly reader: EnvReader;
  /** Quotes that no later line has. */
  readonly unclosed: Set<string>;
}

function readValue(rest: string, around: Around): EnvValue {
  const { index, reader } = around;
  if (reader === 'plain') return { value: rest, last: index, length: rest.length };
  const quote = (reader === 'node' ? /^["'`]/ : /^["']/).exec(rest)?.[0];
  if (quote === undefined) return unquoted(rest, index, reader);
  const closed = closing(rest, quote, around);
  if (!closed) {
    const found = unquoted(rest, index, reader);
    return { ...found, ...(reader === 'python' && { value: undefined }), differs: differences.open };
  }
  const { value, last, behind } = closed;
  if (/^\s*(?:#.*)?$/.test(behind)) {
    return { value, last, ...(last === index && { length: value.length + 2 }) };
  }
  const whole = unquoted(rest, index, reader);
  return { ...whole, ...(reader === 'python' && { value: undefined }), differs: differences.behind };
}

/** The text between quotes, over as many lines as it takes; undefined where the quote is never closed. */
function closing(
  rest: string,
  quote: string,
  { lines, index, unclosed }: Around,
): { readonly value: string; readonly last: number; readonly behind: string } | undefined {
  const own = rest.slice(1);
  const end = own.indexOf(quote);
  if (end >= 0) return { value: own.slice(0, end), last: index, behind: own.slice(end + 1) };
  if (unclosed.has(quote)) return undefined;
  for (let last = index + 1; last < lines.length; last += 1) {
    const text = lines[last]?.text ?? '';
    const at = text.indexOf(quote);
    if (at < 0) continue;
    // A quote that opens the value of a later line closes none: `A="x` and then `B="y"`.
    if (/^\s*(?:export\s+)?[\w.-]+\s*=\s*$/.test(text.slice(0, at))) return undefined;
    const between = lines.slice(index + 1, last).map((line) => line.text);
    return { value: [own, ...between, text.slice(0, at)].join('\n'), last, behind: text.slice(at + 1) };
  }
  unclosed.add(quote);
  return undefined;
}

function unquoted(rest: string, index: number, reader: EnvReader): EnvValue {
  const spaced = rest.replace(/(?:^|\s)#.*$/, '').trim();
  const cut = spaced.replace(/#.*$/, '').trim();
  const value = reader === 'node' ? cut : spaced;
  return { value, last: index, length: value.length, ...(cut !== spaced && { differs: differences.hash }) };
}
