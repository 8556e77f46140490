import { cleanLine } from '../../base/clean.ts';
import type { Finding } from '../../lint/finding.ts';
import { inOneLine, severityWords } from '../../lint/sentences.ts';
import { joined, type LintFormat } from './format.ts';
import { remarksOf, summaryOf } from './summary.ts';

/** As much as a summary of a job takes is 1 MiB; nobody reads more rows than these. */
const mostRows = 500;

/** A table, for the summary of a job or a comment. */
export const markdown: LintFormat = (input) => {
  const { findings } = input;
  const rows = findings.slice(0, mostRows).map(rowOf);
  const left = findings.length - rows.length;
  return joined([
    `## poolctl lint: ${summaryOf(input)}`,
    ...(rows.length > 0 ? ['', '| | Place | Rule | What |', '| --- | --- | --- | --- |', ...rows] : []),
    ...(left > 0 ? ['', `${left} more are left out here.`] : []),
    ...remarksOf(input).flatMap((remark) => ['', escaped(remark)]),
  ]);
};

function rowOf(finding: Finding): string {
  const { severity, rule, place } = finding;
  const cells = [severityWords[severity], `${place.file}:${place.line}`, rule, inOneLine(finding)];
  return `| ${cells.map(escaped).join(' | ')} |`;
}

/** A text that neither ends its cell nor is markup. */
const escaped = (text: string) => cleanLine(text).replace(/[\\|<>&`*_[\]]/g, (sign) => `&#${sign.codePointAt(0)};`);
