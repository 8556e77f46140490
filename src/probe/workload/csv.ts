import { PoolctlError } from '../../base/errors.ts';

export interface CsvField {
  readonly text: string;
  /** It stood in quotes. */
  readonly quoted: boolean;
}

/** Reads comma-separated values as RFC 4180 has them: fields in quotes may hold commas, line breaks and doubled quotes. @throws PoolctlError INPUT_INVALID */
export function parseCsv(text: string, file: string): CsvField[][] {
  const rows: CsvField[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  let row: CsvField[] = [];
  // A byte order mark is what spreadsheets begin with.
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) {
    field.lastIndex = at;
    const match = field.exec(text);
    if (!match) throw unreadable(text, at, file);
    const [, quoted, plain = '', end] = match;
    row.push(
      quoted === undefined ? { text: plain, quoted: false } : { text: quoted.replaceAll('""', '"'), quoted: true },
    );
    at = field.lastIndex;
    if (end === ',' && at < text.length) continue;
    if (end === ',') row.push({ text: '', quoted: false });
    const isBlank = row.length === 1 && row[0]?.text === '' && !row[0].quoted;
    if (!isBlank) rows.push(row);
    row = [];
  }
  return rows;
}

function unreadable(text: string, at: number, file: string): PoolctlError {
  const line = text.slice(0, at).split(/\r\n|\n|\r/).length;
  return new PoolctlError('INPUT_INVALID', `${file}:${line}: a quote stands where none may be, or has no end.`, {
    hint: 'In a field, write "" for a quote, and put the whole field in quotes.',
  });
}
