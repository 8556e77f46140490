import { contentionLimitPerSecond, peakOf } from './usl-curve.ts';
import type { Bounds, LeastSquares, Triple, UslSample } from './usl-least-squares.ts';
import { toCurve, uslModel } from './usl-model.ts';
import { peakConcurrencyInterval, peakThroughputInterval, type UslInterval } from './usl-profile.ts';

/**
 * Whether the ramp shows the peak of its curve. `observed` takes all of: coherency above 0 (else `none`), a 95 % interval
 * of coherency that stays above 0, by standard error and by profile (else `not-proven`), a level of at least twice the
 * peak's concurrency (else `not-reached`), and one at or below it (else `below-levels`: throughput falls from the first
 * level on). All but `observed` mean "peak not observed": the numbers then say what the curve would do beyond the measured levels.
 */
export type PeakVerdict = 'observed' | 'not-reached' | 'below-levels' | 'not-proven' | 'none';

/** The highest point of the curve, with 95 % intervals: operations at once, and operations a second. */
export interface UslPeak {
  readonly verdict: PeakVerdict;
  /** N*, at least 1; undefined when coherency is 0. */
  readonly concurrency: number | undefined;
  /** The most the curve lets through: X(N*), or its limit gamma / sigma without a peak; undefined for a straight line. */
  readonly throughputPerSecond: number | undefined;
  /** By profile likelihood: skewed as N* is, and open at the top where a curve without a peak is plausible too. */
  readonly concurrencyInterval: UslInterval;
  readonly throughputInterval: UslInterval;
  /** By the delta method, symmetric: to compare with other programs. Undefined without a peak above one at a time. */
  readonly concurrencyDelta: UslInterval | undefined;
  readonly throughputDelta: UslInterval | undefined;
}

/** The residual variance, and how many standard errors either way 95 % are. */
export interface Margin {
  readonly variance: number;
  readonly t: number;
}

export function findPeak(fit: LeastSquares, samples: readonly UslSample[], bounds: Bounds, margin: Margin): UslPeak {
  const curve = toCurve(fit.parameters);
  const peak = peakOf(curve);
  const profile = { fit, samples, bounds, mostSquares: fit.squares + margin.t ** 2 * margin.variance };
  const concurrencyInterval = peakConcurrencyInterval(profile);
  const isBelowOne = curve.coherency > 1 - curve.contention;
  const throughputDelta =
    peak && delta(fit, margin, peak.throughputPerSecond, throughputGradient(fit, peak.concurrency));
  return {
    verdict: verdictOf(fit, samples, concurrencyInterval, margin),
    concurrency: peak?.concurrency,
    throughputPerSecond: peak?.throughputPerSecond ?? contentionLimitPerSecond(curve),
    concurrencyInterval,
    throughputInterval: isBelowOne && throughputDelta ? throughputDelta : peakThroughputInterval(profile),
    concurrencyDelta:
      peak && !isBelowOne
        ? delta(fit, margin, peak.concurrency, concurrencyGradient(fit, peak.concurrency))
        : undefined,
    throughputDelta,
  };
}

function verdictOf(
  fit: LeastSquares,
  samples: readonly UslSample[],
  { high }: UslInterval,
  { variance, t }: Margin,
): PeakVerdict {
  const peak = peakOf(toCurve(fit.parameters));
  if (!peak) return 'none';
  const isProven = fit.parameters[2] > t * Math.sqrt(variance * fit.inverse[2][2]) && high !== undefined;
  if (!isProven) return 'not-proven';
  if (!samples.some(({ x }) => x <= peak.concurrency)) return 'below-levels';
  return samples.some(({ x }) => x >= 2 * peak.concurrency) ? 'observed' : 'not-reached';
}

/** N* = sqrt((1 - sigma) / kappa) does not depend on gamma. */
function concurrencyGradient({ parameters: [, , kappa] }: LeastSquares, concurrency: number): Triple {
  return [0, -1 / (2 * kappa * concurrency), -concurrency / (2 * kappa)];
}

/** At its top the curve is flat in N: X* moves only as X(N) does where N stands still. */
function throughputGradient({ parameters }: LeastSquares, concurrency: number): Triple {
  return uslModel(parameters, concurrency).slopes;
}

/** value +/- t sqrt(g' Sigma g). */
function delta({ inverse }: LeastSquares, { variance, t }: Margin, value: number, gradient: Triple): UslInterval {
  const dot = (left: Triple, right: Triple) => left[0] * right[0] + left[1] * right[1] + left[2] * right[2];
  const [row0, row1, row2] = inverse;
  const moved: Triple = [dot(row0, gradient), dot(row1, gradient), dot(row2, gradient)];
  const margin = t * Math.sqrt(variance * dot(gradient, moved));
  return { low: value - margin, high: value + margin };
}
