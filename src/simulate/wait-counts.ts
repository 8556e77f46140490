import type { WaitCounts } from './model.ts';

/** Waits of several runs, counted together. */
export function addUpWaits(runs: readonly WaitCounts[]): WaitCounts {
  const byStart = new Map<number, { fromMs: number; toMs: number; count: number }>();
  for (const { buckets } of runs) {
    for (const { fromMs, toMs, count } of buckets) {
      const bucket = byStart.get(fromMs);
      if (bucket) bucket.count += count;
      else byStart.set(fromMs, { fromMs, toMs, count });
    }
  }
  return {
    zeros: runs.reduce((sum, { zeros }) => sum + zeros, 0),
    buckets: [...byStart.values()].toSorted((a, b) => a.fromMs - b.fromMs),
  };
}

/** How many waits there are, those of 0 among them. */
export function countOfWaits({ zeros, buckets }: WaitCounts): number {
  return buckets.reduce((sum, { count }) => sum + count, zeros);
}

/** The wait in ms that a share `p` of all waits, zeros among them, does not exceed; even within a bucket. */
export function quantileOfWaits(waits: WaitCounts, p: number): number {
  const rank = p * countOfWaits(waits) - waits.zeros;
  if (rank <= 0) return 0;
  let below = 0;
  for (const { fromMs, toMs, count } of waits.buckets) {
    if (below + count >= rank) return fromMs + ((rank - below) / count) * (toMs - fromMs);
    below += count;
  }
  return waits.buckets.at(-1)?.toMs ?? 0;
}

/** How many waits are longer than `waitMs`; even within a bucket. */
export function countAbove({ buckets }: WaitCounts, waitMs: number): number {
  let above = 0;
  for (const { fromMs, toMs, count } of buckets) {
    if (fromMs >= waitMs) above += count;
    else if (toMs > waitMs) above += (count * (toMs - waitMs)) / (toMs - fromMs);
  }
  return above;
}
