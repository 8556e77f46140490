import type { UslCurve } from './usl-curve.ts';
import type { Model, Triple, UslSample } from './usl-least-squares.ts';
import type { UslPoint } from './usl-points.ts';

/** gamma, sigma, kappa, in the order of the fit. */
export const uslModel: Model = ([gamma, sigma, kappa], concurrency) => {
  const others = concurrency - 1;
  const unit = concurrency / (1 + others * (sigma + kappa * concurrency));
  const height = gamma * unit;
  const bend = (-height * unit * others) / concurrency;
  return { height, slopes: [unit, bend, bend * concurrency] };
};

export function toCurve([singleThroughputPerSecond, contention, coherency]: Triple): UslCurve {
  return { singleThroughputPerSecond, contention, coherency };
}

/** Weights to a mean of 1: only their ratios count, and the residual error stays a throughput. */
export function toSamples(points: readonly UslPoint[]): UslSample[] {
  const total = points.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return points.map(({ concurrency, throughputPerSecond, weight = 1 }) => ({
    x: concurrency,
    y: throughputPerSecond,
    weight: (weight * points.length) / total,
  }));
}
