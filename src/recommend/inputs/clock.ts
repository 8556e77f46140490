import { formatCount } from '../../base/units.ts';
import type { PoolPoint } from '../evidence.ts';

/**
 * The most points that are in the order of time: where a clock jumped and came back, the few that disagree with the many are
 * left out, and counted. The longest rising subsequence, by patience sorting.
 */
export function withoutSetbacks(points: readonly PoolPoint[]): { readonly points: PoolPoint[]; readonly left: number } {
  /** The index of the last point of the best run of each length, and what each point follows. */
  const ends: number[] = [];
  const follows: number[] = [];
  for (const [index, { atMs }] of points.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((points[ends[middle] ?? 0]?.atMs ?? 0) < atMs) low = middle + 1;
      else high = middle;
    }
    follows.push(ends[low - 1] ?? -1);
    ends[low] = index;
  }
  const kept: PoolPoint[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = follows[at] ?? -1) {
    const point = points[at];
    if (point) kept.push(point);
  }
  return { points: kept.reverse(), left: points.length - kept.length };
}

export function setbackNote(file: string, left: number): string[] {
  return left === 0 ? [] : [`${file}: ${formatCount(left, 'line')} left out, whose clock went back or jumped.`];
}
