/** A row as a driver gives it: big numbers may be text. */
export type Row = Readonly<Record<string, unknown>>;

/** Undefined for NULL, for a column that is not there, and for what is no number. */
export function numberIn(row: Row | undefined, column: string): number | undefined {
  const value = row?.[column];
  if (!['number', 'bigint', 'string'].includes(typeof value) || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** As the server says it; what is harmless on a terminal is seen to on the way out (base/clean.ts). */
export function textIn(row: Row | undefined, column: string): string | undefined {
  const value = row?.[column];
  if (value === null || value === undefined) return undefined;
  return String(value);
}

export function flagIn(row: Row | undefined, column: string): boolean {
  const value = row?.[column];
  return value === true || value === 1 || value === '1' || value === 'ON' || value === 't';
}
