import { jsonText } from '../../base/clean.ts';
import { fingerprintOf } from '../../lint/report.ts';
import { inOneLine } from '../../lint/sentences.ts';
import type { LintFormat } from './format.ts';

const severities = { error: 'major', warn: 'minor', info: 'info' } as const;

/** GitLab's code quality report, a part of what Code Climate has: docs.gitlab.com/ci/testing/code_quality. */
export const gitlab: LintFormat = ({ findings }) => {
  const seen = new Map<string, number>();
  const issues = findings.map((finding) => {
    const { rule, severity, place } = finding;
    const known = `${place.file} ${fingerprintOf(finding)}`;
    // GitLab drops what has a fingerprint that was there before.
    const count = (seen.get(known) ?? 0) + 1;
    seen.set(known, count);
    return {
      description: inOneLine(finding),
      check_name: rule,
      fingerprint: fingerprintOf({ rule, fingerprint: `${known} ${count}` }),
      severity: severities[severity],
      location: { path: place.file, lines: { begin: place.line, end: place.endLine } },
    };
  });
  return `${jsonText(issues, 2)}\n`;
};
