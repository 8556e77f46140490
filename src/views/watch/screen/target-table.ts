import type { TargetState } from '../../../watch/state.ts';
import { groupColumns, groupText } from './group-columns.ts';
import { groupRows, matches } from './group-rows.ts';
import { poolColumns, poolerPoolText } from './pool-columns.ts';
import { groupings, type ScreenState, type SessionGrouping } from './screen-state.ts';
import { type Column, type SortOrder, sortRows } from './table.ts';
import { type TableSheet, tableSheet } from './table-sheet.ts';

/** What `g` goes through for this target. */
export function groupingsOf({ look }: TargetState): SessionGrouping[] {
  return groupings.filter((one) => one !== 'pools' || look?.pools !== undefined);
}

export function groupingOf(target: TargetState, { grouping }: Pick<ScreenState, 'grouping'>): SessionGrouping {
  const all = groupingsOf(target);
  return grouping !== undefined && all.includes(grouping) ? grouping : (all[0] ?? 'application');
}

export interface TargetTable extends TableSheet {
  /** Rows before the filter. */
  readonly all: number;
  /** The selected row in full. */
  readonly detail: string;
}

type Asked = Pick<ScreenState, 'cursor' | 'orders'> & { readonly grouping: SessionGrouping; readonly filter: string };

/** The table of a target: the pools of a pooler, or sessions. A cursor below 0 selects no row. */
export function targetTable({ look }: TargetState, asked: Asked, cells: number): TargetTable {
  const { grouping, orders } = asked;
  if (grouping === 'pools')
    return chosen(look?.pools ?? [], poolColumns, poolerPoolText, { ...asked, cells, order: orders.pools });
  const rows = groupRows(look?.groups ?? [], grouping);
  return chosen(rows, groupColumns(rows), groupText, { ...asked, cells, order: orders.groups });
}

function chosen<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  textOf: (row: Row) => string,
  { filter, cursor, cells, order }: Asked & { readonly cells: number; readonly order: SortOrder },
): TargetTable {
  const left = filter === '' ? rows : rows.filter((row) => matches([textOf(row)], filter));
  const sorted = sortRows(left, columns, order);
  const selected = Math.min(cursor, sorted.length - 1);
  const row = sorted[selected];
  const sheet = tableSheet(sorted, columns, { cells, order, selected });
  return { ...sheet, all: rows.length, detail: row === undefined ? '' : textOf(row) };
}
