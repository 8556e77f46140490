import { formatCount } from '../../base/units.ts';
import type { Finding } from '../../lint/finding.ts';
import { countsOf, type LintReport } from '../../lint/report.ts';

/** `2 errors, 1 warning in 12 files`. */
export function summaryOf({ findings, filesRead }: LintReport): string {
  const found = countsText(findings);
  return `${found === '' ? 'No findings' : found} in ${formatCount(filesRead, 'file')}`;
}

export function countsText(findings: readonly Finding[]): string {
  const { error, warn, info } = countsOf(findings);
  const parts = [
    ...(error ? [formatCount(error, 'error')] : []),
    ...(warn ? [formatCount(warn, 'warning')] : []),
    ...(info ? [formatCount(info, 'remark')] : []),
  ];
  return parts.join(', ');
}

/** What else there is to know of a run, one fact a line. */
export function remarksOf({ findings, suppressed, stale, fixed, notes, isExplained }: LintReport): string[] {
  const fixable = findings.filter(({ edits }) => edits !== undefined).length;
  return [
    ...(fixed > 0 ? [`${formatCount(fixed, 'finding')} fixed.`] : []),
    ...(fixable > 0 ? [`${formatCount(fixable, 'finding')} can be fixed with --fix.`] : []),
    ...(suppressed > 0 ? [`${formatCount(suppressed, 'finding')} suppressed.`] : []),
    ...stale.map(
      ({ file, rule, count }) =>
        `${file}: ${formatCount(count, 'suppression')} of ${rule} not needed any more; --prune-suppressions removes it.`,
    ),
    ...(notes.length > 0 && !isExplained
      ? [`${formatCount(notes.length, 'place')} not judged; --explain lists them.`]
      : []),
    ...(isExplained
      ? notes.map(({ file, line, text }) => `Not judged: ${file}${line ? `:${line}` : ''}: ${text}.`)
      : []),
  ];
}
