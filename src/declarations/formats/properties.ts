import { type DeclaredEntry, linesOf } from '../entry.ts';
import { isAmountKey } from './amount-keys.ts';

/**
 * Java's .properties: `key=value`, `key: value` or `key value`; `\` continues a line and escapes a character. A line of
 * `#---` begins another document, as Spring Boot has it.
 */
export function parseProperties(text: string): DeclaredEntry[] {
  const entries = linesOfProperties(text);
  const places = new Map(entries.map((entry) => [placeIn(entry), entry]));
  const first = new Map<string, DeclaredEntry>();
  for (const entry of entries) if (!first.has(placeIn(entry))) first.set(placeIn(entry), entry);
  return [...places.values()].map((entry) => {
    const before = first.get(placeIn(entry));
    const differs =
      before === entry || !before ? stops(entry) : `It is set before, in line ${before.line}: Java takes the last one.`;
    const { value } = entry;
    return { ...entry, value: String(value).trimEnd(), ...(differs !== undefined && { differs }) };
  });
}

/** Java keeps one value of a key; each document of Spring Boot has its own. */
function placeIn({ key, document = 0 }: DeclaredEntry): string {
  return `${document} ${key}`;
}

/** Pools that read their properties themselves take a number only where there is nothing else; Spring and Quarkus cut blanks. */
function stops({ key, value }: DeclaredEntry): string | undefined {
  if (!isAmountKey(key)) return undefined;
  const text = String(value);
  const isBound = /^(?:spring|quarkus|hibernate|c3p0)\./.test(key);
  if (!isBound && /^-?\d+[ \t\f]+$/.test(text)) {
    return 'It ends in a blank, which Java keeps: HikariCP and DBCP take it for no number, and do not start.';
  }
  if (/^-?\d+\.\d+\s*$/.test(text)) return 'Java takes it for no whole number: the application does not start.';
  return undefined;
}

function linesOfProperties(text: string): DeclaredEntry[] {
  const entries: DeclaredEntry[] = [];
  let document = 0;
  const lines = linesOf(text);
  for (let index = 0; index < lines.length; index += 1) {
    const { text: first = '', line = 0, offset = 0 } = lines[index] ?? {};
    if (/^[#!]---\s*$/.test(first)) document += 1;
    if (/^\s*(?:[#!]|$)/.test(first)) continue;
    let logical = first.trimStart();
    while (isContinued(logical) && index + 1 < lines.length) {
      index += 1;
      logical = logical.slice(0, -1) + (lines[index]?.text ?? '').trimStart();
    }
    const [, key = '', between = '', value = ''] = /^((?:\\.|[^\\=:\s])*)(\s*[=:]\s*|\s+|$)(.*)$/s.exec(logical) ?? [];
    const start = offset + first.length - first.trimStart().length;
    const keyAt = { start, end: start + key.length };
    const last = lines[index] ?? { text: first, offset };
    const valueAt = { start: keyAt.end + between.length, end: last.offset + last.text.trimEnd().length };
    entries.push({
      key: unescaped(key),
      value: unescaped(value),
      line,
      keyAt,
      valueAt,
      ...(document > 0 && { document }),
    });
  }
  return entries;
}

function isContinued(line: string): boolean {
  return ((/\\+$/.exec(line)?.[0].length ?? 0) & 1) === 1;
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/gs,
    (_match, code: string | undefined, letter: string | undefined) =>
      code === undefined ? (escapes[letter ?? ''] ?? letter ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
