import { formatDuration, formatRatio, perSecond } from '../../base/units.ts';
import type { Difference } from '../../probe/result.ts';
import type { TableView } from '../../render/view.ts';

const formats = { ms: formatDuration, ratio: formatRatio, perSecond } as const;
/** A bound that one pair of rounds leaves open is written as the largest number. */
const openEnd = Number.MAX_VALUE / 2;

/** The second settings of --compare less the first, by pairs of rounds. */
export function differenceTable(differences: readonly Difference[]): TableView {
  return {
    title: 'Difference by pairs of rounds: the second less the first',
    head: ['', 'first', 'second', 'difference', '95 % interval', ''],
    rows: differences.map(({ name, unit, first, second, difference, isReal }) => [
      name,
      formats[unit](first),
      formats[unit](second),
      signed(difference.value, unit),
      Number.isFinite(difference.high) && difference.high < openEnd
        ? `${signed(difference.low, unit)} to ${signed(difference.high, unit)}`
        : 'open: one round',
      isReal ? '' : 'may be chance',
    ]),
    rightAligned: [1, 2, 3],
  };
}

function signed(value: number, unit: Difference['unit']): string {
  const text = formats[unit](Math.abs(value));
  return value === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}
