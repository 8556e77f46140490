import { type DeclaredEntry, linesOf, refuseFile } from '../entry.ts';

/**
 * PgBouncer's ini: sections, `key = value`, and comments on lines of their own. Each header of [pgbouncer] sets all of its
 * settings to their defaults, so that what an earlier one had is forgotten; [databases] and [users] go on.
 */
export function parseIni(text: string, file: string): DeclaredEntry[] {
  const entries = linesOfIni(text, file);
  const begins =
    Array.from(text.matchAll(/^[ \t]*\[[ \t]*pgbouncer[ \t]*\][ \t]*\r?$/gm), ({ index }) => index).at(-1) ?? 0;
  const isForgotten = ({ section, keyAt }: DeclaredEntry) => section === 'pgbouncer' && keyAt.start < begins;
  const forgotten = entries.findLast(isForgotten);
  if (!forgotten) return entries;
  const kept = entries.filter((entry) => !isForgotten(entry));
  const differs = `A second [pgbouncer] begins before it: PgBouncer forgets what the first set, up to line ${forgotten.line}.`;
  return kept.map((entry) => (entry.section === 'pgbouncer' ? { ...entry, differs } : entry));
}

function linesOfIni(text: string, file: string): DeclaredEntry[] {
  let section = '';
  return linesOf(text).flatMap(({ text: raw, line, offset }) => {
    const trimmed = raw.trim();
    const start = offset + raw.length - raw.trimStart().length;
    const all = { start, end: start + trimmed.length };
    if (trimmed === '' || /^[;#]/.test(trimmed)) return [];
    if (/^%include\b/.test(trimmed)) {
      const value = trimmed.slice('%include'.length).trim();
      return [{ key: '%include', value, line, keyAt: all, valueAt: all, section }];
    }
    const header = /^\[([^\]]*)\]$/.exec(trimmed)?.[1];
    if (header !== undefined) {
      section = header.trim();
      return [];
    }
    const [, key, value = ''] = /^("(?:[^"]|"")*"|[^=\s]+)\s*=\s*(.*)$/.exec(trimmed) ?? [];
    if (key === undefined) {
      throw refuseFile(
        file,
        line,
        'this is neither a section, a comment nor `key = value`.',
        'Correct the line, or remove it.',
      );
    }
    const keyAt = { start, end: start + key.length };
    const valueAt = { start: all.end - value.length, end: all.end };
    return [{ key: key.replace(/^"(.*)"$/, '$1'), value: value.trim(), line, keyAt, valueAt, section }];
  });
}

/** The settings of a line of [databases]: `host=... port=... pool_size=5`, where '' may enclose a value. */
export function parseConnectString(text: string): { key: string; value: string }[] {
  return [...text.matchAll(/(\w+)\s*=\s*(?:'((?:[^']|'')*)'|(\S*))/g)].map(([, key = '', quoted, plain = '']) => ({
    key,
    value: quoted ?? plain,
  }));
}
