import { barred, type ScreenLine, say } from './line.ts';
import { type Column, layTable, type SortOrder } from './table.ts';

/** A table that is longer than the screen, with one row selected. */
export interface TableSheet {
  readonly rows: number;
  /** The row that is selected; -1 where there is none. */
  readonly selected: number;
  /** Head and rows in so many lines, the selected row among them. */
  lines(height: number): ScreenLine[];
}

const mark = 2;

export function tableSheet<Row>(
  sorted: readonly Row[],
  columns: readonly Column<Row>[],
  { cells, order, selected }: { cells: number; order: SortOrder; selected: number },
): TableSheet {
  const laid = layTable(columns, sorted, { width: Math.max(1, cells - mark), order });
  const lines = (height: number): ScreenLine[] => {
    const seen = Math.max(0, height - 1);
    const from = Math.max(0, Math.min(selected - Math.floor(seen / 2), sorted.length - seen));
    const shown = sorted.slice(from, from + seen);
    const head: ScreenLine = [say(' '.repeat(mark)), ...laid.head];
    return [
      head,
      ...shown.map((row, index) =>
        from + index === selected
          ? barred([say('▸ '), ...laid.line(row)], cells)
          : [say(' '.repeat(mark)), ...laid.line(row)],
      ),
    ].slice(0, Math.max(0, height));
  };
  return { rows: sorted.length, selected, lines };
}
