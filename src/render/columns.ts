import { cellWidth } from './cells.ts';

/** How cells are put beside each other. */
export interface ColumnStyle {
  readonly gap: string;
  /** Numbers of columns, from 0. */
  readonly rightAligned: readonly number[];
  /** Colours a line of a cell; what fills its column up stays as it is. */
  readonly paint: (text: string, row: number, column: number) => string;
}

/** Rows as lines of columns, each as wide as its longest cell. A cell may have several lines, a row fewer cells than others. */
export function inColumns(
  rows: readonly (readonly string[])[],
  { gap, rightAligned, paint }: ColumnStyle,
): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => cell.split('\n')));
  const count = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, column) => column);
  const widths = columns.map((column) => Math.max(0, ...cells.flatMap((row) => (row[column] ?? []).map(cellWidth))));
  return cells.flatMap((row, index) => {
    const lines = Math.max(1, ...row.map((cell) => cell.length));
    return Array.from({ length: lines }, (_, line) =>
      columns
        .map((column) => {
          const text = row[column]?.[line] ?? '';
          const fill = ' '.repeat((widths[column] ?? 0) - cellWidth(text));
          const painted = text === '' ? '' : paint(text, index, column);
          return rightAligned.includes(column) ? fill + painted : painted + fill;
        })
        .join(gap),
    );
  });
}
