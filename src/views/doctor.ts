import { formatCount } from '../base/units.ts';
import type { CheckResult } from '../doctor/check.ts';
import type { View } from '../render/view.ts';

const marks = { ok: '✓', warning: '!', failed: '✗' } as const;

/** The checks of `doctor`, each with its mark, and the fix below what is not well. */
export function doctorView(results: readonly CheckResult[]): View {
  const count = (status: CheckResult['status']) => results.filter((result) => result.status === status).length;
  const [failed, warned] = [count('failed'), count('warning')];
  return {
    headline:
      failed > 0
        ? `${formatCount(failed, 'check')} failed`
        : warned > 0
          ? `well, with ${formatCount(warned, 'warning')}`
          : 'all is well',
    tables: [{ title: 'Checks', rows: [...results.flatMap(rowsOf), ...skippedRow(results)] }],
  };
}

function skippedRow(results: readonly CheckResult[]): string[][] {
  const skipped = results.filter(({ status }) => status === 'skipped').map(({ title }) => title);
  return skipped.length === 0 ? [] : [['· not checked', skipped.join(', ')]];
}

function rowsOf({ status, title, detail, fix }: CheckResult): string[][] {
  if (status === 'skipped') return [];
  const row = [`${marks[status]} ${title}`, detail];
  return fix === undefined ? [row] : [row, ['', `→ ${fix}`]];
}
