import { cleanLine } from '../../base/clean.ts';
import { inOneLine, said, severityWords } from '../../lint/sentences.ts';
import { type FormatInput, joined, type LintFormat } from './format.ts';
import { remarksOf, summaryOf } from './summary.ts';

/** A line a finding, as compilers write it, and a summary. */
export const compact: LintFormat = (input) =>
  joined([
    ...input.findings.map((finding) => {
      const { severity, rule, message } = finding;
      return `${placeOf(finding, input)}: ${severityWords[severity]}: ${said(message)} [${rule}]`;
    }),
    summaryOf(input),
    ...remarksOf(input).map(cleanLine),
  ]);

/** A line a finding with all that it says, and no more. */
export const agent: LintFormat = (input) =>
  joined(
    input.findings.map((finding) => {
      const { severity, rule } = finding;
      return `${placeOf(finding, input)} ${severityWords[severity]} ${rule}: ${inOneLine(finding)}`;
    }),
  );

function placeOf({ place: { file, line, column } }: FormatInput['findings'][number], { pathOf }: FormatInput): string {
  return `${cleanLine(pathOf(file))}:${line}:${column}`;
}
