import { Chalk, type ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import { wrap } from '../base/wrap.ts';
import { renderChart } from './chart.ts';
import { type StepView, type TableView, type View, verdictsOf } from './view.ts';

const marks = { yes: '✓', no: '✗', unknown: '?' } as const;
const widestColumns = 100;

/** Lays a view out for a terminal or a plain text file; colour only repeats what a word or mark says. */
export function renderTerminal(
  view: View,
  { color, columns = 80 }: { color: boolean; columns?: number | undefined },
): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const width = Math.max(40, Math.min(columns, widestColumns));
  const blocks = [
    headBlock(view, paint, width),
    ...view.tables.map((table) => tableBlock(table, paint, width)),
    ...(view.charts ?? []).map(renderChart),
    view.steps && stepsBlock(view.steps, paint, width),
    (view.warnings ?? [])
      .map(({ message, hint }) => [paint.yellow(hang('! ', message, width)), hang('  → ', hint, width)].join('\n'))
      .join('\n'),
    view.verbatim?.trimEnd(),
    ...(view.snippets ?? []).map(({ title, text }) => `${paint.bold(`── ${title} ──`)}\n${text.trimEnd()}`),
  ];
  return `${blocks.filter((block) => block).join('\n\n')}\n`;
}

function headBlock(view: View, paint: ChalkInstance, width: number): string {
  const lines = [paint.bold(view.headline)];
  for (const { answer, text, details } of verdictsOf(view)) {
    const tint = { yes: paint.green, no: paint.red, unknown: paint.yellow }[answer];
    lines.push(tint(hang(`${marks[answer]} `, text, width)));
    lines.push(...details.map((detail) => hang('  ', detail, width)));
  }
  return lines.join('\n');
}

function tableBlock(
  { title, head, rows, rightAligned = [] }: TableView,
  paint: ChalkInstance,
  screen: number,
  indent = '  ',
): string {
  const last = Math.max(0, ...rows.map((row) => row.length)) - 1;
  const before = sum(Array.from({ length: last }, (_, column) => longest([...rows, head ?? []], column) + gap.length));
  const table = new Table({
    chars: plainBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: Array.from({ length: last + 1 }, (_, column) => (rightAligned.includes(column) ? 'right' : 'left')),
  });
  if (head) table.push(head.map((cell) => paint.dim(cell)));
  const cell = (text: string, column: number) => {
    if (column === 0) return paint.dim(text);
    return column === last && !rightAligned.includes(last)
      ? hang('', text, Math.max(20, screen - before - indent.length))
      : text;
  };
  table.push(...rows.map((row) => row.map(cell)));
  const lines = table.toString().split('\n');
  return [paint.bold(title), ...lines.map((line) => (indent + line).trimEnd())].join('\n');
}

const gap = '   ';
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const longest = (rows: readonly (readonly string[])[], column: number) =>
  Math.max(...rows.map((row) => row[column]?.length ?? 0));

/** Three blanks between columns and no lines, so that the numbers stand out. */
const plainBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: gap,
} as const;

function stepsBlock(steps: readonly StepView[], paint: ChalkInstance, width: number): string {
  const blocks = steps.map(({ title, inputs, result, source }, index) => {
    const facts = tableBlock(
      { title: hang(`${index + 1}. `, title, width), rows: inputs, rightAligned: [1] },
      paint,
      width,
      '    ',
    );
    return [facts, `    = ${paint.bold(result)}`, paint.dim(hang('    ', `[${source}]`, width))].join('\n');
  });
  return [paint.bold('How it was calculated'), ...blocks].join('\n\n');
}

/** Text after a mark, broken into lines that hang under its first word. */
function hang(mark: string, text: string, width: number): string {
  return mark + wrap(text, width - mark.length).join(`\n${' '.repeat(mark.length)}`);
}
