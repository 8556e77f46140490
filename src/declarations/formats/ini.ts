import { type DeclaredEntry, linesOf, refuseFile } from '../entry.ts';

/** PgBouncer's ini: sections, `key = value`, and comments on lines of their own. */
export function parseIni(text: string, file: string): DeclaredEntry[] {
  let section = '';
  return linesOf(text).flatMap(({ text: raw, line }) => {
    const trimmed = raw.trim();
    if (trimmed === '' || /^[;#]/.test(trimmed)) return [];
    if (/^%include\b/.test(trimmed)) return [{ key: '%include', value: '', line, section }];
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
    return [{ key: key.replace(/^"(.*)"$/, '$1'), value: value.trim(), line, section }];
  });
}

/** The settings of a line of [databases]: `host=... port=... pool_size=5`, where '' may enclose a value. */
export function parseConnectString(text: string): { key: string; value: string }[] {
  return [...text.matchAll(/(\w+)\s*=\s*(?:'((?:[^']|'')*)'|(\S*))/g)].map(([, key = '', quoted, plain = '']) => ({
    key,
    value: quoted ?? plain,
  }));
}
