import { renderBars } from './bars.ts';
import type { BarsView, ChartView } from './view.ts';

const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const rows = 4;

/** A chart in characters, for 80 columns. */
export function renderChart(chart: ChartView | BarsView): string {
  return 'bars' in chart ? renderBars(chart) : renderColumns(chart);
}

/** Columns, four lines high, with the highest value on the axis, the span below, and a marked stretch. */
function renderColumns({ title, values, highest, from, to, mark }: ChartView): string {
  const top = Math.max(...values, 0);
  const label = Math.max(highest.length, 1);
  const lines = Array.from({ length: rows }, (_, row) => {
    const floor = rows - 1 - row;
    const bar = values.map((value) => eighths[eighthsAbove(value, top, floor)] ?? ' ').join('');
    const axis =
      row === 0
        ? `${highest.padStart(label)} ┤`
        : `${(row === rows - 1 ? '0' : '').padStart(label)} ${row === rows - 1 ? '┤' : '│'}`;
    return `${axis}${bar}`.trimEnd();
  });
  const indent = ' '.repeat(label + 2);
  const span = from + to.padStart(Math.max(to.length + 1, values.length - from.length));
  return [title, ...lines, indent + span, ...(mark ? [indent + markLine(mark)] : [])].join('\n');
}

/** How many eighths of the line that starts at `floor` lines the column of this value fills; a value above 0 shows. */
function eighthsAbove(value: number, top: number, floor: number): number {
  if (value <= 0 || top <= 0) return 0;
  const filled = Math.max(1, Math.round((value / top) * rows * 8)) - floor * 8;
  return Math.max(0, Math.min(8, filled));
}

function markLine({ from, to, label }: NonNullable<ChartView['mark']>): string {
  const width = Math.max(1, to - from);
  return `${' '.repeat(from)}${width === 1 ? '↑' : `└${'─'.repeat(Math.max(0, width - 2))}┘`} ${label}`;
}
