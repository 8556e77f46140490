import type { PoolPrediction } from '../queueing/pool-model.ts';

const waits = ['meanWaitMs', 'p95WaitMs', 'p99WaitMs', 'p999WaitMs'] as const;

/** The least and the most of each figure over several predictions; a wait without end is the longest, and left out. */
export function predictionRange(predictions: readonly PoolPrediction[]): { low: PoolPrediction; high: PoolPrediction } {
  return { low: bound(predictions, Math.min), high: bound(predictions, Math.max) };
}

function bound(predictions: readonly PoolPrediction[], pick: (...values: number[]) => number): PoolPrediction {
  const of = (figure: (prediction: PoolPrediction) => number) => pick(...predictions.map(figure));
  const waitsOf: Partial<Record<(typeof waits)[number], number>> = Object.fromEntries(
    waits.flatMap((name) => {
      const value = of((prediction) => prediction[name] ?? Number.POSITIVE_INFINITY);
      return Number.isFinite(value) ? [[name, value]] : [];
    }),
  );
  return {
    offeredUtilization: of(({ offeredUtilization }) => offeredUtilization),
    utilization: of(({ utilization }) => utilization),
    waitProbability: of(({ waitProbability }) => waitProbability),
    rejectedRatio: of(({ rejectedRatio }) => rejectedRatio),
    timedOutRatio: of(({ timedOutRatio }) => timedOutRatio),
    throughputPerSecond: of(({ throughputPerSecond }) => throughputPerSecond),
    isStable: predictions.every(({ isStable }) => isStable),
    ...waitsOf,
  };
}
