import { type DeclaredEntry, linesOf, refuseFile } from '../entry.ts';

const line = /^\s*(?<key>[A-Za-z_][\w.]*)(?<between>\s*=\s*|\s+)(?<value>'(?:[^']|'')*'|[^\s#']+)?\s*(?:#.*)?$/;

/** Files as postgresql.conf and pgpool.conf are: `key = value`, text in single quotes, and comments behind `#`. */
export function parsePostgresConf(text: string, file: string): DeclaredEntry[] {
  return linesOf(text).flatMap(({ text: raw, line: number, offset }) => {
    if (/^\s*(?:#|$)/.test(raw)) return [];
    const found = line.exec(raw);
    const { key = '', between = '', value = '' } = found?.groups ?? {};
    if (!found) {
      throw refuseFile(file, number, 'this is neither a comment nor `key = value`.', 'Correct the line, or remove it.');
    }
    const start = offset + raw.indexOf(key);
    const keyAt = { start, end: start + key.length };
    const from = keyAt.end + between.length;
    const plain = value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value;
    return [{ key, value: plain, line: number, keyAt, valueAt: { start: from, end: from + value.length } }];
  });
}
