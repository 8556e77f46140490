import { numberIn, type Row, textIn } from '../../../engines/rows.ts';
import type { Session } from '../../../engines/session.ts';
import type { VariableLaw } from '../model.ts';
import { sqlLiteral } from '../parameters.ts';
import type { ColumnLaws, WantedColumn } from './fill.ts';
import type { TableName } from './places.ts';

/** What ANALYZE has gathered of the columns, from pg_stats and in one question. Tables without a schema are those of the search path. */
export async function columnLaws(session: Session, wanted: readonly WantedColumn[]): Promise<ColumnLaws> {
  const laws = new Map<string, VariableLaw | undefined>();
  if (wanted.length > 0) {
    for (const row of await session.rows(statisticsSql(wanted))) {
      const key = textIn(row, 'wanted') ?? '';
      laws.set(key, laws.get(key) ?? lawOf(row));
    }
  }
  return { has: (column) => laws.has(keyOf(column)), law: (column) => laws.get(keyOf(column)) };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function regclass({ schema, table }: TableName): string {
  return schema === undefined ? quoted(table) : `${quoted(schema)}.${quoted(table)}`;
}

function keyOf({ table, column }: WantedColumn): string {
  return `${regclass(table)}.${quoted(column)}`;
}

/** A partitioned table has statistics of the whole only. */
function statisticsSql(wanted: readonly WantedColumn[]): string {
  const values = wanted.map(
    (each) =>
      `(${sqlLiteral(keyOf(each), 'postgres')}, ${sqlLiteral(regclass(each.table), 'postgres')}, ${sqlLiteral(each.column, 'postgres')})`,
  );
  return `SELECT w.wanted, t.typname AS type, c.reltuples::float8 AS rows, s.n_distinct::float8 AS distinct_values,
    s.null_frac::float8 AS nulls, s.most_common_vals::text::text[] AS common,
    s.most_common_freqs::float8[] AS shares, s.histogram_bounds::text::text[] AS bounds
  FROM (VALUES ${values.join(', ')}) AS w(wanted, relation, col)
  JOIN pg_class c ON c.oid = to_regclass(w.relation)
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = w.col AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
  ORDER BY s.inherited`;
}

/** Each common value as often as it is; the bounds of the histogram have as many values between each two of them. */
function lawOf(row: Row): VariableLaw | undefined {
  const common = textsIn(row, 'common');
  const shares = textsIn(row, 'shares').map(Number);
  const bounds = textsIn(row, 'bounds');
  const range = common.length === 0 ? denseRange(row, bounds) : undefined;
  if (range) return range;
  const rest = 1 - (numberIn(row, 'nulls') ?? 0) - shares.reduce((sum, share) => sum + share, 0);
  const each = bounds.length === 0 ? 0 : Math.max(rest, 0.001) / bounds.length;
  const values = [...common, ...bounds];
  if (values.length === 0) return undefined;
  return {
    kind: 'list',
    values,
    weights: [...common.map((_, index) => shares[index] ?? 0), ...bounds.map(() => each)],
  };
}

/** Whole numbers of which most are there, as of a sequence: all of them, for a hundred bounds would stay in the cache. */
function denseRange(row: Row, bounds: readonly string[]): VariableLaw | undefined {
  if (!/^int[248]$/.test(textIn(row, 'type') ?? '') || bounds.length === 0) return undefined;
  const [from, to] = [Number(bounds[0]), Number(bounds.at(-1))];
  const isDense = (numberIn(row, 'rows') ?? 0) * distinctShare(row) >= (to - from + 1) / 2;
  return isDense && Number.isSafeInteger(from) && Number.isSafeInteger(to) ? { kind: 'int', from, to } : undefined;
}

/** How many distinct values there are: pg_stats has it as a negative share of the rows, or as a count. */
function distinctShare(row: Row): number {
  const distinct = numberIn(row, 'distinct_values') ?? 0;
  return distinct < 0 ? -distinct : distinct / Math.max(1, numberIn(row, 'rows') ?? 1);
}

function textsIn(row: Row, column: string): string[] {
  const value = row[column];
  return Array.isArray(value) ? value.map(String) : [];
}
