import { tQuantile } from '../stats/student-t.ts';
import type { UslCurve } from './usl-curve.ts';
import { type Bounds, fitLeastSquares, type LeastSquares, type Triple, type UslSample } from './usl-least-squares.ts';
import { toCurve, toSamples, uslModel } from './usl-model.ts';
import { findPeak, type UslPeak } from './usl-peak.ts';
import { checkLevels, checkPositive, type UslPoint } from './usl-points.ts';
import { linearStart } from './usl-start.ts';

/** Options of `fitUsl`. */
export interface UslFitOptions {
  /** Holds gamma at a throughput known otherwise, such as the one measured at concurrency 1 ("normalised" fits). */
  readonly singleThroughputPerSecond?: number | undefined;
}

/** How well a coefficient is known: its standard error and 95 % interval, which is not cut off at the bounds. */
export interface UslUncertainty {
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

/** A curve fitted to a ramp. Every function of a curve takes it as it is. */
export interface UslFit extends UslCurve {
  /** Undefined for a coefficient that was given, or that is held at its bound. */
  readonly uncertainty: {
    readonly singleThroughputPerSecond: UslUncertainty | undefined;
    readonly contention: UslUncertainty | undefined;
    readonly coherency: UslUncertainty | undefined;
  };
  /** Coefficients that the data would put beyond their bound (0 or 1). The others were fitted without. */
  readonly atBound: readonly ('contention' | 'coherency')[];
  readonly peak: UslPeak;
  /** Weighted by the weights over their mean. */
  readonly residualStandardErrorPerSecond: number;
  /** Points less coefficients fitted. */
  readonly degreesOfFreedom: number;
  /** Share of the variance of the throughputs that the curve explains; below 0 where it does worse than their mean. */
  readonly rSquared: number;
  readonly highestLevel: number;
}

/**
 * Fits the Universal Scalability Law to the throughputs of a ramp of at least six levels, by weighted least squares on the
 * throughput with gamma > 0 and sigma and kappa from 0 to 1 (above 1 - sigma, kappa puts the peak below one at a time).
 * Intervals are theta +/- t(0.975, n - p) standard errors, p being the coefficients that were neither given nor held.
 * Source: Gunther, Guerrilla Capacity Planning (2007), chapter 5.
 */
export function fitUsl(points: readonly UslPoint[], options: UslFitOptions = {}): UslFit {
  checkLevels(points);
  const given = options.singleThroughputPerSecond;
  if (given !== undefined) checkPositive('singleThroughputPerSecond', given, 'Leave it out to have it fitted.');
  const samples = toSamples(points);
  const bounds = boundsOf(samples, given);
  const fit = fitFrom(linearStart(samples, given), samples, bounds);
  return describe(fit, samples, bounds);
}

function boundsOf(samples: readonly UslSample[], givenGamma: number | undefined): Bounds {
  const best = Math.max(...samples.map(({ x, y }) => y / x));
  return {
    low: [givenGamma ?? best * 1e-6, 0, 0],
    high: [givenGamma ?? Number.POSITIVE_INFINITY, 1, 1],
  };
}

/** A coefficient whose whole effect at the highest level is below one in 10^9 is rounding: held at 0. */
function fitFrom(start: Triple, samples: readonly UslSample[], { low, high }: Bounds): LeastSquares {
  const fit = fitLeastSquares(uslModel, samples, start, { low, high });
  const most = Math.max(...samples.map(({ x }) => x));
  const [gamma, sigma, kappa] = fit.parameters;
  const isSigmaNoise = fit.isFree[1] && sigma * most < 1e-9;
  const isKappaNoise = fit.isFree[2] && kappa * most * most < 1e-9;
  if (!isSigmaNoise && !isKappaNoise) return fit;
  const held: Bounds = { low, high: [high[0], isSigmaNoise ? 0 : high[1], isKappaNoise ? 0 : high[2]] };
  return fitLeastSquares(uslModel, samples, [gamma, sigma, kappa], held);
}

function describe(fit: LeastSquares, samples: readonly UslSample[], bounds: Bounds): UslFit {
  const degreesOfFreedom = samples.length - fit.isFree.filter((isFree) => isFree).length;
  const variance = fit.squares / degreesOfFreedom;
  const t = tQuantile(0.975, degreesOfFreedom);
  const [singleThroughputPerSecond, contention, coherency] = ([0, 1, 2] as const).map((i) => {
    if (!fit.isFree[i]) return undefined;
    const standardError = Math.sqrt(variance * fit.inverse[i][i]);
    return {
      standardError,
      low: fit.parameters[i] - t * standardError,
      high: fit.parameters[i] + t * standardError,
    };
  });
  const atBound: UslFit['atBound'] = [
    ...(contention ? [] : (['contention'] as const)),
    ...(coherency ? [] : (['coherency'] as const)),
  ];
  return {
    ...toCurve(fit.parameters),
    uncertainty: { singleThroughputPerSecond, contention, coherency },
    atBound,
    peak: findPeak(fit, samples, bounds, { variance, t }),
    residualStandardErrorPerSecond: Math.sqrt(variance),
    degreesOfFreedom,
    rSquared: explainedShare(fit.squares, samples),
    highestLevel: Math.max(...samples.map(({ x }) => x)),
  };
}

/** 1 where all throughputs are the same: nothing is left to explain, and contention of 1 draws just that line. */
function explainedShare(squares: number, samples: readonly UslSample[]): number {
  const mean = samples.reduce((sum, { y, weight }) => sum + weight * y, 0) / samples.length;
  const aboutMean = samples.reduce((sum, { y, weight }) => sum + weight * (y - mean) ** 2, 0);
  return aboutMean === 0 ? 1 : 1 - squares / aboutMean;
}
