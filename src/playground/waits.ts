import { formatDuration, formatNumber } from '../base/units.ts';
import type { Chart, Series } from '../render/html/chart.ts';
import { logScale, sizeScale } from '../render/html/scale.ts';
import type { Sized } from '../size/result.ts';

/** What one pool of the curve waits; undefined where its queue grows without end, or where it has no waits. */
export interface DrawnPool {
  readonly connectionLimit: number;
  readonly p99Ms?: number | undefined;
  readonly p95Ms?: number | undefined;
  readonly meanMs?: number | undefined;
}

const mostPools = 14;

/** Sizes to draw around an answer: from just above the load to twice the answer. */
export function sizesAround({ connectionLimit, load }: Sized): number[] {
  if (!load) return [];
  const least = Math.max(1, Math.ceil(load.meanLoad.estimate + load.batchJobs));
  const most = Math.max(least + 4, Math.ceil(connectionLimit * 1.5));
  // Closer to each other near the load, where the waits are.
  const between = Array.from({ length: mostPools }, (_, index) =>
    Math.round(least + (most - least) * (index / (mostPools - 1)) ** 2),
  );
  return [...new Set([...between, connectionLimit])].sort((a, b) => a - b);
}

export function waitsOf({ connectionLimit, outlook }: Sized): DrawnPool {
  const { p99WaitMs, p95WaitMs, meanWaitMs } = outlook?.prediction ?? {};
  return { connectionLimit, p99Ms: p99WaitMs, p95Ms: p95WaitMs, meanMs: meanWaitMs };
}

/** Waits against connections, by the model. */
export function waitsChart(pools: readonly DrawnPool[], { connectionLimit, outlook }: Sized): Chart | undefined {
  const line = (name: string, pick: (pool: DrawnPool) => number | undefined): Series => ({
    name,
    isCurve: true,
    points: pools.map((pool) => ({ x: pool.connectionLimit, y: pick(pool) ?? Number.NaN })),
  });
  const series = [
    line('p99', ({ p99Ms }) => p99Ms),
    line('p95', ({ p95Ms }) => p95Ms),
    line('mean', ({ meanMs }) => meanMs),
  ];
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  const target = outlook?.targets.maxWaitP99Ms;
  if (!values.some((value) => value > 0)) return undefined;
  return {
    id: 'waits',
    title: 'Waits by connectionLimit',
    description: `Mean, p95 and p99 wait for a connection, by the model, for pools of ${pools[0]?.connectionLimit} to ${pools.at(-1)?.connectionLimit} connections under this load. A line begins where the queue has an end.`,
    x: { label: 'connectionLimit', scale: sizeScale(pools.map((pool) => pool.connectionLimit)), format: formatNumber },
    y: {
      label: `wait${target === undefined ? '' : `; p99 target ${formatDuration(target)}`}`,
      scale: logScale(values),
      format: formatDuration,
    },
    series,
    rules: [{ at: connectionLimit, label: `this pool: ${connectionLimit}` }],
  };
}
