import { formatDuration, formatRatio, perSecond } from '../../base/units.ts';
import { openEnd } from '../../probe/analyse/difference.ts';
import type { Difference } from '../../probe/result.ts';
import type { TableView } from '../../render/view.ts';
import { signedText } from './text.ts';

const formats = { ms: formatDuration, ratio: formatRatio, perSecond } as const;

/** The second settings of --compare less the first, by pairs of rounds. */
export function differenceTable(differences: readonly Difference[]): TableView {
  const areOfOne = differences.every(({ rounds = 1 }) => rounds === 1);
  return {
    title: `Difference ${areOfOne ? 'of one round each' : 'by pairs of rounds'}: the second less the first`,
    head: ['', 'first', 'second', 'difference', '95 % interval', ''],
    rows: differences
      .filter(({ first, second }) => first !== 0 || second !== 0)
      .map((one) => [
        one.name,
        formats[one.unit](one.first),
        formats[one.unit](one.second),
        differenceText(one),
        boundsText(one),
        one.isReal ? '' : 'may be chance',
      ]),
    rightAligned: [1, 2, 3],
  };
}

export function differenceText({ difference, unit }: Difference): string {
  return signedText(difference.value, formats[unit]);
}

/** Of times as shares of the first: that is how they spread. */
export function boundsText({ difference, ratio, unit }: Difference): string {
  const { low, high } = ratio ? { low: ratio.low - 1, high: ratio.high - 1 } : difference;
  // A bound that one pair of rounds leaves open is written as the largest number.
  if (!(high < openEnd / 2)) return 'open: one round';
  const format = ratio ? formatRatio : formats[unit];
  return `${signedText(low, format)} to ${signedText(high, format)}`;
}
