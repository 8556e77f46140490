import { cleanLine } from '../../base/clean.ts';
import type { BudgetTable } from '../../lint/budget/table.ts';
import type { Finding } from '../../lint/finding.ts';
import { inOneLine, severityWords } from '../../lint/sentences.ts';
import { joined, type LintFormat } from './format.ts';
import { remarksOf, summaryOf } from './summary.ts';

/** As much as a summary of a job takes is 1 MiB; nobody reads more rows than these. */
const mostRows = 500;

/** A table, for the summary of a job or a comment. */
export const markdown: LintFormat = (input) => {
  const { findings, budgets } = input;
  const rows = findings.slice(0, mostRows).map(rowOf);
  const left = findings.length - rows.length;
  return joined([
    `## poolctl lint: ${summaryOf(input)}`,
    ...(rows.length > 0 ? ['', '| | Place | Rule | What |', '| --- | --- | --- | --- |', ...rows] : []),
    ...(left > 0 ? ['', `${left} more are left out here.`] : []),
    ...budgets.flatMap(budgetLines),
    ...remarksOf(input).flatMap((remark) => ['', escaped(remark)]),
  ]);
};

function rowOf(finding: Finding): string {
  const { severity, rule, place } = finding;
  const cells = [severityWords[severity], `${place.file}:${place.line}`, rule, inOneLine(finding)];
  return `| ${cells.map(escaped).join(' | ')} |`;
}

function budgetLines({ server, usable, words, running, worst, fits, services }: BudgetTable): string[] {
  const verdict = fits ? '✅ fits' : '❌ does not fit';
  return [
    '',
    `### ${escaped(server)}: ${worst} of ${usable} connections in the worst minute, ${verdict}`,
    '',
    '| Service | Pool | Processes | Instances | Connections | Roll-out adds |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...services.map((row) => `| ${[escaped(row.service), ...countsIn(row)].join(' | ')} |`),
    `| **all** | | | | **${running}** | ${worst - running} |`,
    '',
    `There are ${escaped(words)}.`,
    ...services.flatMap(({ service, unknown }) =>
      unknown === undefined ? [] : ['', `${escaped(service)} may take more: ${escaped(unknown)}.`],
    ),
  ];
}

const countsIn = ({ pool, processes, instances, running, rollout }: BudgetTable['services'][number]) =>
  [pool, processes, instances, running, rollout].map(String);

/** A text that neither ends its cell nor is markup. */
const escaped = (text: string) => cleanLine(text).replace(/[\\|<>&`*_[\]]/g, (sign) => `&#${sign.codePointAt(0)};`);
