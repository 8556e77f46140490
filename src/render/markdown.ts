import { renderChart } from './chart.ts';
import { type StepView, type TableView, type View, verdictsOf } from './view.ts';

const marks = { yes: '✅', no: '❌', unknown: '❔' } as const;

/** Lays a view out as GitHub-flavoured markdown, for a pull request or a page of a wiki. */
export function renderMarkdown(view: View): string {
  const blocks = [
    `**${escapeCell(view.headline)}**`,
    verdictsOf(view)
      .flatMap(({ answer, text, details }) => [`${marks[answer]} ${text}`, ...details])
      .map(escapeCell)
      .join('  \n'),
    ...view.tables.map(table),
    ...(view.charts ?? []).map((chart) => `\`\`\`\n${renderChart(chart)}\n\`\`\``),
    view.steps && ['### How it was calculated', ...view.steps.map(step)].join('\n\n'),
    (view.warnings ?? []).map(({ message, hint }) => `- ⚠️ ${escapeCell(message)} ${escapeCell(hint)}`).join('\n'),
    view.verbatim && `\`\`\`\n${view.verbatim.trimEnd()}\n\`\`\``,
    ...(view.snippets ?? []).map(
      ({ title, language, text }) => `### ${title}\n\n\`\`\`${language}\n${text.trimEnd()}\n\`\`\``,
    ),
  ];
  return `${blocks.filter((block) => block).join('\n\n')}\n`;
}

function table({ title, head, rows, rightAligned = [] }: TableView): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const line = (cells: readonly string[]) =>
    `| ${Array.from({ length: columns }, (_, column) => escapeCell(cells[column] ?? '')).join(' | ')} |`;
  const rule = Array.from({ length: columns }, (_, column) => (rightAligned.includes(column) ? '---:' : '---'));
  return [`### ${escapeCell(title)}`, '', line(head ?? []), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

function step({ title, inputs, result, source }: StepView, index: number): string {
  const facts = inputs.map(([label, value, from]) => `   - ${label}: ${value}${from ? ` (${from})` : ''}`);
  return [`${index + 1}. ${title}`, ...facts, `   - = **${result}**`, `   - ${source}`].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*');
}
