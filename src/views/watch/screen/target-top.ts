import type { TargetState } from '../../../watch/state.ts';
import { cellsForLabels, factLines } from './fact-lines.ts';
import { faded, type ScreenLine, say } from './line.ts';
import { noticeLines } from './notice-lines.ts';
import { targetFacts } from './target-facts.ts';
import { trendLines } from './trend-lines.ts';

/** Notices and facts of a target in at most so many lines. */
export function targetTop(
  target: TargetState,
  { atMs, cells, most }: { readonly atMs: number; readonly cells: number; readonly most: number },
): ScreenLine[] {
  const indent = cells < cellsForLabels ? '' : ' ';
  const notices = noticeLines(target, {
    atMs,
    cells: cells - indent.length,
    most: target.look ? Math.max(1, Math.floor(most / 3)) : most,
  }).map((line) => [say(indent), ...line]);
  const left = most - notices.length;
  if (!target.look || left < 1) return notices;
  const trend = trendLines(target, { cells, height: trendHeight(left) });
  const facts = factLines(targetFacts(target, target.look, atMs), { cells, most: left - trend.length });
  const figures = [...facts, ...trend];
  return [...notices, ...(target.isStale ? figures.map(faded) : figures)];
}

function trendHeight(lines: number): number {
  if (lines < 8) return 0;
  return lines < 13 ? 1 : lines < 20 ? 2 : 4;
}
