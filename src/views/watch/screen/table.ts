import { blanks, fitLine, lineWidth, type ScreenLine, say } from './line.ts';

/** A column of a table that gives way where the screen is narrow. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly align: 'left' | 'right';
  /** The lowest go first where not all fit. */
  readonly rank: number;
  /** The fewest cells it makes sense in; it is as wide as its widest cell where there is room. */
  readonly least: number;
  /** The most cells, however wide its cells are. */
  readonly most: number;
  /** A picture of what other columns say: it is there only where they have all the room they want. */
  readonly isPicture?: boolean;
  cell(row: Row, cells: number): ScreenLine;
  /** What rows are sorted by; what is not known comes last. */
  sortValue(row: Row): number | string | undefined;
}

export interface SortOrder {
  readonly by: string;
  readonly isReversed: boolean;
}

const gap = 2;

/** Numbers the largest first, texts by the alphabet; equal ones stay as they were. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: SortOrder): Row[] {
  const column = columns.find(({ id }) => id === order.by) ?? columns[0];
  if (!column) return [...rows];
  const sign = order.isReversed ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: column.sortValue(row) }));
  keyed.sort(({ key: a }, { key: b }) => {
    if (a === b) return 0;
    if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
    return sign * (typeof a === 'number' && typeof b === 'number' ? b - a : String(a) < String(b) ? -1 : 1);
  });
  return keyed.map(({ row }) => row);
}

/** The head of a table and its lines, each of at most `width` cells. */
export interface Laid<Row> {
  readonly head: ScreenLine;
  line(row: Row): ScreenLine;
}

/** Gives the columns their widths by all the rows, so that nothing moves when they scroll. */
export function layTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, order }: { readonly width: number; readonly order: SortOrder },
): Laid<Row> {
  const wanted = columns.map((column, index) => {
    // The mark of the order stands between two columns; behind the last one there is no such place.
    const title = column.title.length + (index === columns.length - 1 ? 1 : 0);
    const { cell, most, isPicture } = column;
    const cells = isPicture ? most : Math.max(title, ...rows.map((row) => lineWidth(cell(row, most))));
    return { column, cells: Math.min(Math.max(column.most, title), cells) };
  });
  const laid = shrunk(thatFit(wanted, width), width);
  return {
    head: headLine(laid, order),
    line: (row) => joined(laid.map(({ column, cells }) => fitLine(column.cell(row, cells), cells, column.align))),
  };
}

interface Wanted<Row> {
  readonly column: Column<Row>;
  readonly cells: number;
}

function joined(parts: readonly ScreenLine[]): ScreenLine {
  return parts.flatMap((part, index) => (index > 0 ? [blanks(gap), ...part] : part));
}

function headLine<Row>(laid: readonly Wanted<Row>[], order: SortOrder): ScreenLine {
  return laid.flatMap(({ column: { id, title, align }, cells }, index) => {
    const isLast = index === laid.length - 1;
    const mark = id !== order.by ? '' : order.isReversed ? '▲' : '▼';
    const text = align === 'right' ? `${' '.repeat(Math.max(0, cells - title.length))}${title}` : title;
    return fitLine([say(`${text}${mark}`, mark === '' ? 'faint' : 'strong')], isLast ? cells : cells + gap);
  });
}

const leastOf = <Row>({ column, cells }: Wanted<Row>) => Math.min(column.least, cells);
const widthOfAll = (cells: readonly number[]) => cells.reduce((sum, one) => sum + one + gap, -gap);

function thatFit<Row>(wanted: readonly Wanted<Row>[], width: number): Wanted<Row>[] {
  let kept = [...wanted];
  const dropLowest = () => {
    const lowest = Math.min(...kept.map(({ column }) => column.rank));
    const at = kept.findLastIndex(({ column }) => column.rank === lowest);
    kept = kept.filter((_, index) => index !== at);
  };
  const withPictures = (one: Wanted<Row>) => (one.column.isPicture ? leastOf(one) : one.cells);
  while (kept.some(({ column }) => column.isPicture) && widthOfAll(kept.map(withPictures)) > width) dropLowest();
  while (kept.length > 1 && widthOfAll(kept.map(leastOf)) > width) dropLowest();
  return kept;
}

/** Takes from the column that has most above its least, cell by cell; from pictures first. */
function shrunk<Row>(wanted: readonly Wanted<Row>[], width: number): Wanted<Row>[] {
  const cells = wanted.map((one) => one.cells);
  const spare = wanted.map((one) => one.cells - leastOf(one));
  const isPicture = wanted.map(({ column }) => column.isPicture === true);
  for (let over = widthOfAll(cells) - width; over > 0; over -= 1) {
    const ofPictures = spare.map((one, index) => (isPicture[index] ? one : 0));
    const from = Math.max(...ofPictures) > 0 ? ofPictures : spare;
    const most = Math.max(...from);
    if (most <= 0) break;
    const widest = from.indexOf(most);
    cells[widest] = (cells[widest] ?? 0) - 1;
    spare[widest] = most - 1;
  }
  return wanted.map(({ column }, index) => ({ column, cells: cells[index] ?? 0 }));
}
