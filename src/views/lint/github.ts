import { cleanLine } from '../../base/clean.ts';
import { formatCount } from '../../base/units.ts';
import type { Finding } from '../../lint/finding.ts';
import { inOneLine } from '../../lint/sentences.ts';
import { joined, type LintFormat } from './format.ts';
import { remarksOf, summaryOf } from './summary.ts';

const levels = { error: 'error', warn: 'warning', info: 'notice' } as const;

/** GitHub shows no more annotations of a level and step. */
const mostOfLevel = 10;

/** Annotations of GitHub Actions, the first 10 of each level, and a summary that says what is left out. */
export const github: LintFormat = (input) => {
  const lines = (['error', 'warn', 'info'] as const).flatMap((severity) => {
    const found = input.findings.filter((finding) => finding.severity === severity);
    const left = found.length - mostOfLevel;
    return [
      ...found.slice(0, mostOfLevel).map(annotation),
      ...(left > 0
        ? [
            `${formatCount(left, `more ${levels[severity]}`)} without an annotation: GitHub shows ${mostOfLevel} a level.`,
          ]
        : []),
    ];
  });
  return joined([...lines, summaryOf(input), ...remarksOf(input).map(cleanLine)]);
};

function annotation(finding: Finding): string {
  const { severity, rule, place } = finding;
  const { file, line, endLine, column, endColumn } = place;
  // GitHub refuses columns where the lines differ.
  const columns = line === endLine ? { col: column, endColumn } : {};
  const properties = Object.entries({ file: cleanLine(file), line, endLine, ...columns, title: `poolctl ${rule}` });
  const written = properties.map(([name, value]) => `${name}=${escapedProperty(String(value))}`).join(',');
  return `::${levels[severity]} ${written}::${escapedData(inOneLine(finding))}`;
}

const escapedData = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapedProperty = (text: string) => escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
