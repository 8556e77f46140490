import { Chalk } from 'chalk';
import { cleanLine } from '../../base/clean.ts';
import { wrap } from '../../base/wrap.ts';
import type { Finding } from '../../lint/finding.ts';
import { partsOf, said, severityWords } from '../../lint/sentences.ts';
import { excerptOf } from './excerpt.ts';
import { type FormatInput, joined, type LintFormat } from './format.ts';
import { remarksOf, summaryOf } from './summary.ts';

const widest = 120;
const labelWidth = 'expected'.length;

/** For a person: each finding with its code and carets under it, its facts, and a summary at the end. */
export const pretty: LintFormat = (input) => {
  const { findings, color, stale } = input;
  const paint = new Chalk({ level: color ? 1 : 0 });
  const isClean = findings.length === 0 && stale.length === 0;
  const summary = `${isClean ? '✓' : '✗'} ${summaryOf(input)}`;
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const more = rules.length === 0 ? [] : [`More: poolctl explain ${rules.length === 1 ? rules[0] : 'RULE'}`];
  return joined([
    ...findings.map((finding) => `${blockOf(finding, input)}\n`),
    isClean ? paint.green(summary) : paint.red(summary),
    ...[...remarksOf(input), ...more].map((remark) => `  ${cleanLine(remark)}`),
  ]);
};

function blockOf(finding: Finding, input: FormatInput): string {
  const { color, columns, pathOf, textOf } = input;
  const paint = new Chalk({ level: color ? 1 : 0 });
  const tint = { error: paint.red, warn: paint.yellow, info: paint.blue }[finding.severity];
  const width = Math.max(40, Math.min(columns, widest));
  const { place, severity, rule, related } = finding;
  const where = ({ file, line, column }: Finding['place']) => `${cleanLine(pathOf(file))}:${line}:${column}`;
  const listed = (label: string, text: string) => {
    const lines = wrap(text, width - labelWidth - 4);
    return lines.map((line, index) => `  ${paint.dim((index === 0 ? label : '').padEnd(labelWidth))}  ${line}`);
  };
  return [
    `${paint.bold(where(place))} ${tint(severityWords[severity])} ${paint.dim(rule)}`,
    ...wrap(said(finding.message), width - 2).map((line) => `  ${paint.bold(line)}`),
    ...excerptLines(textOf(place.file), place, width).map((line) => line.replace(/\^+$/, (carets) => tint(carets))),
    ...partsOf(finding).flatMap(([label, text]) => listed(label, text)),
    ...[...new Set(related.map(({ place: there, message }) => `${where(there)} ${said(message)}`))].flatMap((text) =>
      listed('see', text),
    ),
  ].join('\n');
}

/** The code, with its line numbers; a line of carets follows the first line of the place. */
function excerptLines(text: string | undefined, place: Finding['place'], width: number): string[] {
  if (text === undefined || text === '') return [];
  const digits = String(place.endLine).length;
  const { lines, carets } = excerptOf(text, place, width - digits - 7);
  const [first, ...rest] = lines.map((line) =>
    `  ${String(line.number).padStart(digits + 1)} │ ${line.text}`.trimEnd(),
  );
  return [first ?? '', `  ${' '.repeat(digits + 1)} │ ${carets}`, ...rest];
}
