import type { TargetState } from '../../../watch/state.ts';
import { staleAfterIntervals } from '../../../watch/thresholds.ts';

type History = TargetState['history'];

/** The share of the usable connections over the last looks, for a row of cells. */
export interface Trend {
  /** The highest of each cell's looks; a cell without a look is a gap. */
  readonly shares: readonly (number | undefined)[];
  /** From the first look that is shown to the last. */
  readonly seconds: number;
}

/**
 * All looks in so many cells: each cell is one look, or 2, 4, 8 … where there are more looks than cells. Cells are cut by the
 * clock and not by counting, so that the picture moves on and does not shimmer.
 */
export function trendOf(history: History, cells: number): Trend {
  const looks = sinceClockWentBack(history);
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last) return { shares: [], seconds: 0 };
  const stepMs = usualStepMs(looks);
  let cellMs = stepMs;
  while (cellOf(last.atMs, cellMs) - cellOf(first.atMs, cellMs) >= Math.max(1, cells)) cellMs *= 2;
  const from = cellOf(first.atMs, cellMs);
  const shares: (number | undefined)[] = Array.from({ length: cellOf(last.atMs, cellMs) - from + 1 });
  for (const { atMs, taken, usable } of looks) {
    const cell = cellOf(atMs, cellMs) - from;
    shares[cell] = Math.max(shares[cell] ?? 0, usable > 0 ? taken / usable : 1);
  }
  const mostEmpty = Math.ceil((staleAfterIntervals * stepMs) / cellMs) - 1;
  return { shares: bridged(shares, mostEmpty), seconds: (last.atMs - first.atMs) / 1_000 };
}

const cellOf = (atMs: number, cellMs: number) => Math.floor(atMs / cellMs);

/** A look that came a little late leaves no gap: so many empty cells in a row show what was before them. */
function bridged(shares: readonly (number | undefined)[], mostEmpty: number): (number | undefined)[] {
  let before: number | undefined;
  let empty = 0;
  return shares.map((share) => {
    empty = share === undefined ? empty + 1 : 0;
    if (share !== undefined) before = share;
    return empty <= mostEmpty ? before : undefined;
  });
}

function sinceClockWentBack(history: History): History {
  const back = history.findLastIndex(({ atMs }, index) => index > 0 && atMs < (history[index - 1]?.atMs ?? 0));
  return history.slice(Math.max(0, back));
}

/** Between two looks: the median, to the tenth of a second, so that it stays the same from look to look. */
function usualStepMs(looks: History): number {
  const gaps = looks.slice(1).map(({ atMs }, index) => atMs - (looks[index]?.atMs ?? atMs));
  const median = gaps.sort((one, other) => one - other)[Math.floor(gaps.length / 2)] ?? 0;
  return Math.max(100, Math.round(median / 100) * 100);
}
