import { formatNumber } from '../../../base/units.ts';
import { sparkline } from '../../../render/sparkline.ts';
import { ageText } from '../../../watch/age-text.ts';
import type { TargetState } from '../../../watch/state.ts';
import { cellsForLabels, labelCells } from './fact-lines.ts';
import { type ScreenLine, say } from './line.ts';
import { trendOf } from './trend.ts';

/** The taken connections of the last looks, `height` lines high: the top is all that are usable. */
export function trendLines(target: TargetState, { cells, height }: { cells: number; height: number }): ScreenLine[] {
  if (target.history.length < 2 || height < 1) return [];
  const label = cells < cellsForLabels ? 0 : labelCells;
  const room = Math.max(8, cells - label - ' in 119 min'.length);
  const { shares, seconds } = trendOf(target.history, room);
  return sparkline(shares, height).map((bar, index) => {
    const end = index === height - 1 ? [say(` in ${ageText(Math.round(seconds))}`, 'faint')] : [];
    return [say(label === 0 ? '' : scale(target, index, height), 'faint'), say(bar, 'accent'), ...end];
  });
}

/** The name, and the number of connections at the top and at the bottom where there is more than one line. */
function scale({ look }: TargetState, line: number, height: number): string {
  const name = line === 0 ? ' Taken' : '';
  const figure =
    height === 1 ? '' : line === 0 ? formatNumber(look?.capacity.usable ?? 0) : line === height - 1 ? '0' : '';
  return height === 1 ? name.padEnd(labelCells) : `${name}${figure.padStart(labelCells - 2 - name.length)}  `;
}
