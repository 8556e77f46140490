import { wrap } from '../base/wrap.ts';
import type { Sign } from './signs.ts';
import type { NamedSymptom } from './symptoms.ts';

const width = 80;

/** What happened, the causes with the most likely first, where to look, and who says it in which words. */
export function symptomText({ title, ...symptom }: NamedSymptom, signs: readonly Sign[]): string {
  return `${title}\n\n${symptomBody(symptom, signs).join('\n')}\n`;
}

/** The same without the title. */
export function symptomBody(
  { happened, causes, look, see = [] }: Omit<NamedSymptom, 'title'>,
  signs: readonly Sign[],
): string[] {
  const commands = [...look, ...see.map((topic) => ({ command: `poolctl explain ${topic}`, for: '' }))];
  return [
    ...wrap(happened, width),
    '',
    'Causes, the most likely first',
    '',
    ...causes.flatMap(({ cause, tell }, at) => [
      ...hang(`${at + 1}. ${cause}`, 2, 5),
      ...wrap(tell, width - 5).map((line) => `     ${line}`),
    ]),
    '',
    'Where to look',
    '',
    ...twoColumns(commands),
    ...(signs.length > 0 ? ['', 'Who says it', '', ...listed(alike(signs))] : []),
  ];
}

function hang(text: string, first: number, others: number): string[] {
  return wrap(text, width - others).map((line, at) => `${' '.repeat(at === 0 ? first : others)}${line}`);
}

const leastColumn = 30;

function twoColumns(rows: readonly { readonly command: string; readonly for: string }[]): string[] {
  const column = Math.max(leastColumn, ...rows.map(({ command }) => command.length)) + 2;
  return rows.flatMap((row) => {
    const [first = '', ...others] = wrap(row.for, Math.max(20, width - 2 - column));
    return [`  ${row.command.padEnd(column)}${first}`, ...others.map((line) => ' '.repeat(2 + column) + line)].map(
      (line) => line.trimEnd(),
    );
  });
}

/** A thing and what it is, below each other. */
export function listed(rows: readonly { readonly name: string; readonly is: string }[]): string[] {
  return rows.flatMap(({ name, is }) => [...hang(name, 2, 2), ...wrap(is, width - 4).map((line) => `    ${line}`)]);
}

/** What several say in the same words is one row, with the fullest account of it. */
function alike(signs: readonly Sign[]): { name: string; is: string }[] {
  const rows = new Map<string, { by: Set<string>; means: string; codes: Set<string> }>();
  for (const { by, message, means, codes } of signs) {
    const said = message ?? codes.join(', ');
    const row = rows.get(said) ?? { by: new Set<string>(), means: '', codes: new Set<string>() };
    rows.set(said, row);
    row.by.add(by);
    if (message !== undefined) for (const code of codes) row.codes.add(code);
    if (means.length > row.means.length) row.means = means;
  }
  return [...rows].map(([said, { by, means, codes }]) => ({
    name: [...by].join(', '),
    is: `${said}${codes.size > 0 ? ` (${[...codes].join(', ')})` : ''}${means === '' ? '' : `: ${means}`}`,
  }));
}
