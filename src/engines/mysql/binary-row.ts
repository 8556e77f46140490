import type { Body } from '../framing/body.ts';

/** Bytes of the types that always take as many: enum_field_types of MySQL's field_types.h. */
const fixedBytes: Readonly<Record<number, number>> = {
  1: 1, // TINY
  2: 2, // SHORT
  3: 4, // LONG
  4: 4, // FLOAT
  5: 8, // DOUBLE
  6: 0, // NULL
  8: 8, // LONGLONG
  9: 4, // INT24
  13: 2, // YEAR
};
/** TIMESTAMP, DATE, TIME, DATETIME, NEWDATE: a byte says how many more there are. */
const times: ReadonlySet<number> = new Set([7, 10, 11, 12, 14]);
const longestTimeBytes = 12;

/** A row of a prepared statement: a zero, a bit for each NULL behind two that are not used, and the values that are not NULL. */
export function checkBinaryRow(body: Body, types: readonly number[]): void {
  if (body.byte() !== 0) throw body.fault('is no row');
  const nulls = body.bits(Math.floor((types.length + 9) / 8));
  for (const [column, type] of types.entries()) {
    if (nulls(column + 2)) continue;
    const fixed = fixedBytes[type];
    if (fixed !== undefined) body.skip(fixed);
    else if (times.has(type)) body.skip(timeBytes(body));
    else body.packedText();
  }
}

function timeBytes(body: Body): number {
  const count = body.byte();
  if (count > longestTimeBytes) throw body.fault('has a time that is none');
  return count;
}
