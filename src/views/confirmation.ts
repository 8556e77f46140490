import { formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { TableView } from '../render/view.ts';
import type { FigureName } from '../simulate/figures.ts';
import type { Estimate } from '../simulate/model.ts';
import type { Outlook } from '../size/outlook.ts';

/** What a simulation of the recommended pool came to. */
export interface Confirmation {
  readonly figures: Readonly<Record<FigureName, Estimate>>;
  /** Whether the predicted p99 wait lies within the model's stated error of the simulated one. */
  readonly agrees: boolean;
  readonly isFinished: boolean;
  /** The smallest pool within the targets, by simulation. */
  readonly smallestConnectionLimit?: number;
}

/** Prediction and simulation side by side. */
export function confirmationTable(
  { prediction, smallest }: Outlook,
  { figures, agrees, isFinished, smallestConnectionLimit }: Confirmation,
): TableView {
  const interval = ({ mean, halfWidth }: Estimate, format: (value: number) => string) =>
    Number.isFinite(halfWidth) && halfWidth > 0 ? `${format(mean)} ± ${format(halfWidth)}` : format(mean);
  const wait = (ms: number | undefined) => (ms === undefined ? 'endless' : formatDuration(ms));
  const lost = figures.rejectedRatio.mean + figures.timedOutRatio.mean;
  return {
    title: `By simulation${isFinished ? '' : ' (interrupted)'}: ${agrees ? 'agrees' : 'disagrees'}`,
    head: ['', 'model', 'simulated'],
    rows: [
      ['have to wait', formatRatio(prediction.waitProbability), interval(figures.waitProbability, formatRatio)],
      ['mean wait', wait(prediction.meanWaitMs), interval(figures.meanWaitMs, formatDuration)],
      ['p95 wait', wait(prediction.p95WaitMs), interval(figures.p95WaitMs, formatDuration)],
      ['p99 wait', wait(prediction.p99WaitMs), interval(figures.p99WaitMs, formatDuration)],
      ['lost', formatRatio(prediction.rejectedRatio + prediction.timedOutRatio), formatRatio(lost)],
      ...(smallest && smallestConnectionLimit !== undefined
        ? [['smallest pool', formatNumber(smallest.connectionLimit), formatNumber(smallestConnectionLimit)]]
        : []),
    ],
    rightAligned: [1, 2],
  };
}

/** The same for programs; an interval that one run cannot have is left out. */
export function confirmationResult({ figures, ...rest }: Confirmation): object {
  const finite = ({ mean, halfWidth }: Estimate) => (Number.isFinite(halfWidth) ? { mean, halfWidth } : { mean });
  return {
    ...rest,
    figures: Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, finite(figure)])),
  };
}
