import type { BarsView } from './view.ts';

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
/** Widths of the first bar and of the others; with labels, figures and a note they stay within 80 columns. */
const widths = [24, 12] as const;

/** Horizontal bars, one line a size, each followed by its figure. */
export function renderBars({ title, bars, rows }: BarsView): string {
  const label = Math.max(0, ...rows.map((row) => row.label.length));
  const columns = bars.map((name, index) => {
    const width = widths[Math.min(index, 1)] ?? 0;
    const top = Math.max(0, ...rows.map(({ values }) => values[index] ?? 0));
    const figure = Math.max(...rows.map(({ texts }) => texts[index]?.length ?? 0));
    return {
      head: name.padEnd(width + 1 + figure),
      cell: ({ values, texts }: BarsView['rows'][number]) =>
        `${bar(values[index] ?? 0, top, width).padEnd(width)} ${(texts[index] ?? '').padStart(figure)}`,
    };
  });
  const head = `${' '.repeat(label)}   ${columns.map((column) => column.head).join('   ')}`.trimEnd();
  const lines = rows.map((row) => {
    const cells = columns.map((column) => column.cell(row)).join('   ');
    return `${row.label.padStart(label)} │ ${cells}${row.note ? ` ← ${row.note}` : ''}`.trimEnd();
  });
  return [title, head, ...lines].join('\n');
}

/** A value above 0 shows. */
function bar(value: number, top: number, width: number): string {
  if (!(value > 0) || top <= 0) return '';
  const filled = Math.max(1, Math.round((value / top) * width * 8));
  return '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '');
}
