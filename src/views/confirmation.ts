import { formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { TableView } from '../render/view.ts';
import type { MeanEstimate } from '../simulate/model.ts';
import type { Confirmation } from '../size/confirm.ts';
import type { Outlook } from '../size/outlook.ts';

/** Prediction and simulation side by side. */
export function confirmationTable(
  { prediction: expected, smallest }: Outlook,
  { figures, prediction = expected, agrees, isFinished, need }: Confirmation,
): TableView {
  const interval = ({ mean, halfWidth }: MeanEstimate, format: (value: number) => string) =>
    Number.isFinite(halfWidth) && halfWidth > 0 ? `${format(mean)} ± ${format(halfWidth)}` : format(mean);
  const wait = (ms: number | undefined) => (ms === undefined ? 'endless' : formatDuration(ms));
  const lost = figures.rejectedRatio.mean + figures.timedOutRatio.mean;
  const isOfEnd = prediction.offeredUtilization !== expected.offeredUtilization;
  const of = isOfEnd ? ', at the upper end of what the figures allow' : '';
  return {
    title: `By simulation${isFinished ? '' : ' (interrupted)'}${of}: ${agrees ? 'agrees' : 'disagrees'}`,
    head: ['', 'model', 'simulated'],
    rows: [
      ['have to wait', formatRatio(prediction.waitProbability), interval(figures.waitProbability, formatRatio)],
      ['mean wait', wait(prediction.meanWaitMs), interval(figures.meanWaitMs, formatDuration)],
      ['p95 wait', wait(prediction.p95WaitMs), interval(figures.p95WaitMs, formatDuration)],
      ['p99 wait', wait(prediction.p99WaitMs), interval(figures.p99WaitMs, formatDuration)],
      ['lost', formatRatio(prediction.rejectedRatio + prediction.timedOutRatio), formatRatio(lost)],
      ...(smallest && need ? [['smallest pool', formatNumber(smallest.connectionLimit), needText(need)]] : []),
    ],
    rightAligned: [1, 2],
  };
}

/** `34; 33 to 35 in 5 searches`. */
function needText({ connectionLimit, low, high, searches }: NonNullable<Confirmation['need']>): string {
  const middle = formatNumber(connectionLimit);
  return low === high ? middle : `${middle}; ${formatNumber(low)} to ${formatNumber(high)} in ${searches} searches`;
}
