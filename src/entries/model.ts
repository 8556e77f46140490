/** `poolctl/model`: what a pool does under a load, by queueing theory, and how a server scales. */
export { type Dispersion, indexOfDispersion, tracePeakedness } from '../queueing/arrival-trace.ts';
export { type PooledModel, type PooledPrediction, predictBehindPooler } from '../queueing/behind-pooler.ts';
export type { ArrivalBursts } from '../queueing/burst.ts';
export { type Deadline, type DeadlineLimits, limitsForDeadline } from '../queueing/deadline.ts';
export type { FiresFirst } from '../queueing/fires-first.ts';
export type { FittedPercentile } from '../queueing/fit/fit.ts';
export { fitHoldLaw, type HoldFit } from '../queueing/fit/fit.ts';
export type { HoldKnowledge } from '../queueing/fit/law-of.ts';
export type { HoldLaw } from '../queueing/hold-law.ts';
export type { PoolModel, PoolPrediction } from '../queueing/pool-model.ts';
export { predictPool } from '../queueing/predict.ts';
export { type RetryLoad, retryLoad } from '../queueing/retries.ts';
export {
  largestRate,
  type PoolTarget,
  type PoolTargets,
  type SmallestPool,
  smallestPool,
} from '../queueing/smallest.ts';
export { predictSplit, type SplitBy, type SplitModel, type SplitSize, smallestSplit } from '../queueing/split.ts';
export { type TraceLoad, traceLoad } from '../queueing/trace-load.ts';
export type { UslUncertainty } from '../scalability/usl.ts';
export { fitUsl, type UslFit, type UslFitOptions } from '../scalability/usl.ts';
export type { UslCurve } from '../scalability/usl-curve.ts';
export type { PeakVerdict, UslPeak } from '../scalability/usl-peak.ts';
export type { UslPoint } from '../scalability/usl-points.ts';
export type { UslInterval } from '../scalability/usl-profile.ts';
export type { Estimate } from '../stats/estimate.ts';
export type { HdrBucket, HdrData } from '../stats/hdr/hdr-histogram.ts';
export type { HistogramBucket } from '../stats/histogram-bucket.ts';
