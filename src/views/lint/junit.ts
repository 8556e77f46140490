import { formatCount } from '../../base/units.ts';
import { byFile } from '../../lint/by-file.ts';
import type { Finding } from '../../lint/finding.ts';
import { inOneLine, said } from '../../lint/sentences.ts';
import type { LintFormat } from './format.ts';
import { element, escapedXml, xmlHead } from './xml.ts';

/** JUnit's XML: a suite a file, a failure a finding; one case that passed where there is none. */
export const junit: LintFormat = ({ findings, filesRead }) => {
  const suites = [...byFile(findings)].map(([name, found]) =>
    element('testsuite', { name, tests: found.length, failures: found.length, errors: 0 }, found.map(caseOf)),
  );
  const passed = element('testsuite', { name: 'poolctl lint', tests: 1, failures: 0, errors: 0 }, [
    element('testcase', { name: `${formatCount(filesRead, 'file')} without findings`, classname: 'poolctl' }),
  ]);
  const all = suites.length > 0 ? suites : [passed];
  const counts = { name: 'poolctl lint', tests: Math.max(1, findings.length), failures: findings.length, errors: 0 };
  return `${xmlHead}\n${element('testsuites', counts, all)}\n`;
};

function caseOf(finding: Finding): string {
  const { rule, severity, place, message } = finding;
  const where = `${place.file}:${place.line}:${place.column}`;
  const failure = element('failure', { type: severity, message: said(message) }, [
    escapedXml(`${where} ${inOneLine(finding)}`),
  ]);
  return element('testcase', { name: `${rule} ${place.line}:${place.column}`, classname: place.file }, [failure]);
}
