/** A row as a driver gives it: big numbers may be text. */
export type Row = Readonly<Record<string, unknown>>;

/** Undefined for NULL and for a column that is not there. */
export function numberIn(row: Row | undefined, column: string): number | undefined {
  const value = row?.[column];
  if (value === null || value === undefined || value === '') return undefined;
  const number = typeof value === 'number' ? value : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Without control and direction characters: what a server says is not trusted to be harmless on a terminal. */
export function textIn(row: Row | undefined, column: string): string | undefined {
  const value = row?.[column];
  if (value === null || value === undefined) return undefined;
  return String(value).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '');
}

export function flagIn(row: Row | undefined, column: string): boolean {
  const value = row?.[column];
  return value === true || value === 1 || value === '1' || value === 'ON' || value === 't';
}
