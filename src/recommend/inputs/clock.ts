import { formatCount } from '../../base/units.ts';
import type { PoolPoint } from '../evidence.ts';

/** Points in the order of time. Those whose clock went back are left out until it has caught up, and counted. */
export function withoutSetbacks(points: readonly PoolPoint[]): { readonly points: PoolPoint[]; readonly left: number } {
  let latestMs = Number.NEGATIVE_INFINITY;
  const kept = points.filter(({ atMs }) => {
    if (atMs <= latestMs) return false;
    latestMs = atMs;
    return true;
  });
  return { points: kept, left: points.length - kept.length };
}

export function setbackNote(file: string, left: number): string[] {
  return left === 0 ? [] : [`${file}: ${formatCount(left, 'line')} left out, whose clock went back.`];
}
