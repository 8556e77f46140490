import { jsonText } from '../../base/clean.ts';
import { redact } from '../../base/redact.ts';
import { packageVersion } from '../../base/version.ts';
import type { Finding } from '../../lint/finding.ts';
import { countsOf, fingerprintOf } from '../../lint/report.ts';
import type { LintFormat } from './format.ts';

/** The stable document of a run. */
export const json: LintFormat = ({ findings, filesRead, suppressed, fixed, stale, notes, budgets, takenMs }) => {
  const { error: errors, warn: warnings, info: remarks } = countsOf(findings);
  const summary = { errors, warnings, remarks, files: filesRead, suppressed, fixed };
  const result = {
    summary,
    findings: findings.map(findingOut),
    stale,
    notJudged: notes,
    budgets,
    ...(takenMs && { takenMs: Object.fromEntries(takenMs) }),
  };
  return `${jsonText({ schema: 'poolctl.lint/1', poolctl: packageVersion(), result, warnings: [] }, 2)}\n`;
};

function findingOut(finding: Finding) {
  const { edits, fingerprint: _, ...rest } = finding;
  return { ...redacted(rest), fingerprint: fingerprintOf(finding), fixable: edits !== undefined };
}

/** What is said may quote what a file says. */
function redacted<T>(value: T): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map(redacted) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redacted(part)])) as T;
}
