import { formatDuration, formatRatio, perSecond } from '../../base/units.ts';
import { openEnd } from '../../probe/analyse/difference.ts';
import type { Difference } from '../../probe/result.ts';
import type { TableView } from '../../render/view.ts';
import type { Estimate } from '../../stats/estimate.ts';
import { signedText } from './text.ts';

const formats = { ms: formatDuration, ratio: formatRatio, perSecond } as const;
/** A bound that one pair of rounds leaves open is written as the largest number. */
const isOpen = ({ high }: Estimate) => !(high < openEnd / 2);

/** The second settings of --compare less the first, by pairs of rounds. */
export function differenceTable(differences: readonly Difference[]): TableView {
  return {
    title: `Difference ${differences.some(({ rounds = 2 }) => rounds > 1) ? 'by pairs of rounds' : 'of one round each'}: the second less the first`,
    head: ['', 'first', 'second', 'difference', '95 % interval', ''],
    rows: differences
      .filter(({ first, second }) => first !== 0 || second !== 0)
      .map(({ name, unit, first, second, difference, isReal }) => [
        name,
        formats[unit](first),
        formats[unit](second),
        signedText(difference.value, formats[unit]),
        isOpen(difference)
          ? 'open: one round'
          : `${signedText(difference.low, formats[unit])} to ${signedText(difference.high, formats[unit])}`,
        isReal ? '' : 'may be chance',
      ]),
    rightAligned: [1, 2, 3],
  };
}
