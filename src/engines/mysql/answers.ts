import type { ErrorCode } from '../../base/errors.ts';
import { type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';

/** Rows, or undefined where the user may not, or the server has no such table. */
export async function allowed(session: Session, sql: string): Promise<Row[] | undefined> {
  try {
    return await session.rows(sql);
  } catch (error) {
    const code = (error as { code?: ErrorCode }).code;
    if (code === 'PRIVILEGE_MISSING' || code === 'QUERY_FAILED') return undefined;
    throw error;
  }
}

export function pairs(rows: readonly Row[]): Map<string, string> {
  return new Map(rows.map((row) => [textIn(row, 'Variable_name') ?? '', textIn(row, 'Value') ?? '']));
}

export function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
