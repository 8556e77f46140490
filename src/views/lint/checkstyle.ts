import { byFile } from '../../lint/by-file.ts';
import type { Finding } from '../../lint/finding.ts';
import { inOneLine, severityWords } from '../../lint/sentences.ts';
import type { LintFormat } from './format.ts';
import { element, xmlHead } from './xml.ts';

/** Checkstyle's XML, which Jenkins, Azure and others read. */
export const checkstyle: LintFormat = ({ findings }) => {
  const files = [...byFile(findings)].map(([name, found]) => element('file', { name }, found.map(errorOf)));
  return `${xmlHead}\n${element('checkstyle', { version: '4.3' }, files)}\n`;
};

function errorOf(finding: Finding): string {
  const { place, severity, rule } = finding;
  const { line, column } = place;
  return element('error', {
    ...{ line, column, severity: severityWords[severity] },
    ...{ message: inOneLine(finding), source: `poolctl.${rule}` },
  });
}
