import { type DeclaredEntry, linesOf } from '../entry.ts';

/**
 * Java's .properties: `key=value`, `key: value` or `key value`; `\` continues a line and escapes a character. A line of
 * `#---` begins another document, as Spring Boot has it.
 */
export function parseProperties(text: string): DeclaredEntry[] {
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
      value: unescaped(value).trimEnd(),
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
