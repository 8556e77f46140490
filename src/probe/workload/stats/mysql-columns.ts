import { PoolctlError } from '../../../base/errors.ts';
import type { LoadValue } from '../../../drivers/driver.ts';
import { flagIn, numberIn, type Row, textIn } from '../../../engines/rows.ts';
import type { Session } from '../../../engines/session.ts';
import type { VariableLaw } from '../model.ts';
import { sqlLiteral } from '../parameters.ts';
import type { ColumnLaws, WantedColumn } from './fill.ts';

const sampledRows = 500;

/** Values of columns from the tables themselves, since MySQL keeps no statistics of them that all may read. */
export async function columnLaws(session: Session, wanted: readonly WantedColumn[]): Promise<ColumnLaws> {
  const laws = new Map<string, VariableLaw | undefined>();
  for (const each of wanted) {
    const key = keyOf(each);
    if (laws.has(key)) continue;
    const [column] = await session.rows(columnSql(each));
    if (column) laws.set(key, await lawOf(session, each, column));
  }
  return { has: (column) => laws.has(keyOf(column)), law: (column) => laws.get(keyOf(column)) };
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function tableOf({ table: { schema, table } }: WantedColumn): string {
  return schema === undefined ? quoted(table) : `${quoted(schema)}.${quoted(table)}`;
}

function keyOf(wanted: WantedColumn): string {
  return `${tableOf(wanted)}.${quoted(wanted.column)}`;
}

function columnSql({ table: { schema, table }, column }: WantedColumn): string {
  // First in an index, its least and largest value are found without reading the rest.
  return `SELECT c.DATA_TYPE AS type, t.TABLE_ROWS AS row_count, EXISTS (SELECT 1 FROM information_schema.STATISTICS s
    WHERE s.TABLE_SCHEMA = c.TABLE_SCHEMA AND s.TABLE_NAME = c.TABLE_NAME AND s.COLUMN_NAME = c.COLUMN_NAME
      AND s.SEQ_IN_INDEX = 1 AND s.NON_UNIQUE = 0) AS is_key
  FROM information_schema.COLUMNS c
  JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
  WHERE c.TABLE_SCHEMA = ${schema === undefined ? 'DATABASE()' : sqlLiteral(schema, 'mysql')}
    AND c.TABLE_NAME = ${sqlLiteral(table, 'mysql')} AND c.COLUMN_NAME = ${sqlLiteral(column, 'mysql')}`;
}

/** All numbers of a key that is like a sequence, else the values of the first rows, as often as they come there. */
async function lawOf(session: Session, wanted: WantedColumn, column: Row): Promise<VariableLaw | undefined> {
  const isWhole = /int$/i.test(textIn(column, 'type') ?? '');
  try {
    if (flagIn(column, 'is_key') && isWhole) {
      const range = await denseRange(session, wanted, numberIn(column, 'row_count') ?? 0);
      if (range) return range;
    }
    const name = quoted(wanted.column);
    const rows = await session.rows(`SELECT ${name} AS value FROM ${tableOf(wanted)} LIMIT ${sampledRows}`);
    const values = rows.flatMap(({ value }) => (isSendable(value) ? [value] : []));
    return values.length > 0 ? { kind: 'list', values } : undefined;
  } catch (error) {
    // A table that may not be read, or where nothing is found in time.
    const known =
      error instanceof PoolctlError && /^(?:QUERY_FAILED|PRIVILEGE_MISSING|SERVER_TIMEOUT)$/.test(error.code);
    if (!known) throw error;
    return undefined;
  }
}

async function denseRange(session: Session, wanted: WantedColumn, rowCount: number): Promise<VariableLaw | undefined> {
  const name = quoted(wanted.column);
  const [row] = await session.rows(`SELECT MIN(${name}) AS least, MAX(${name}) AS most FROM ${tableOf(wanted)}`);
  const [from, to] = [numberIn(row, 'least'), numberIn(row, 'most')];
  if (from === undefined || to === undefined || !Number.isSafeInteger(from) || !Number.isSafeInteger(to))
    return undefined;
  return rowCount >= (to - from + 1) / 2 ? { kind: 'int', from, to } : undefined;
}

function isSendable(value: unknown): value is LoadValue {
  return typeof value === 'string' || typeof value === 'number';
}
