import { contentionLimitPerSecond, peakOf } from './usl-curve.ts';
import {
  type Bounds,
  fitLeastSquares,
  type LeastSquares,
  type Model,
  type Triple,
  type UslSample,
} from './usl-least-squares.ts';
import { toCurve, uslModel } from './usl-model.ts';

/** A 95 % interval; `high` is undefined where no end can be told. */
export interface UslInterval {
  readonly low: number;
  readonly high: number | undefined;
}

/** A fitted curve, what it was fitted to, and the most that a weighted sum of squares may be to count as plausible. */
export interface ProfileInput {
  readonly fit: LeastSquares;
  readonly samples: readonly UslSample[];
  readonly bounds: Bounds;
  readonly mostSquares: number;
}

/**
 * Every N* from 1 up with which some curve is still plausible. Unlike N* +/- t standard errors it is as skewed as N* is,
 * and says so when the data do with a curve that has no peak. Source: Bates and Watts, Nonlinear Regression Analysis and
 * Its Applications (1988), chapter 6.
 */
export function peakConcurrencyInterval({ fit, samples, bounds, mostSquares }: ProfileInput): UslInterval {
  const [gamma, sigma] = fit.parameters;
  const isPlausible = (inverse: number) => {
    const held = holdThird(bounds, inverse);
    return fitLeastSquares(peakModel, samples, [gamma, sigma, inverse], held).squares <= mostSquares;
  };
  const here = inversePeak(fit.parameters);
  const lowest = farthestPlausible(here, 0, isPlausible);
  return { low: 1 / farthestPlausible(here, 1, isPlausible), high: lowest === 0 ? undefined : 1 / lowest };
}

/** Every X* (the peak's throughput, or the limit of a curve without one) with which some curve is still plausible. */
export function peakThroughputInterval({ fit, samples, bounds, mostSquares }: ProfileInput): UslInterval {
  const curve = toCurve(fit.parameters);
  const most = peakOf(curve)?.throughputPerSecond ?? contentionLimitPerSecond(curve);
  const pinned =
    bounds.low[0] === bounds.high[0] ? [...samples, { x: 1, y: bounds.low[0], weight: pinWeight }] : samples;
  const isPlausible = (inverse: number) => {
    if (inverse === 0) return straightLineSquares(fit, samples, bounds) <= mostSquares;
    const held: Bounds = { low: [inverse, 0, 0], high: [inverse, 1, 1] };
    const starts: Triple[] = [startAt(inverse, fit.parameters), [inverse, 0, 1]];
    return starts.some((start) => fitLeastSquares(ceilingModel, pinned, start, held).squares <= mostSquares);
  };
  const here = most === undefined ? 0 : 1 / most;
  const farAbove = 10 / Math.min(...samples.map(({ y }) => y));
  const lowest = farthestPlausible(here, 0, isPlausible);
  return { low: 1 / farthestPlausible(here, farAbove, isPlausible), high: lowest === 0 ? undefined : 1 / lowest };
}

/** A given gamma is kept, while X* is held, by a sample at concurrency 1 that outweighs all others. */
const pinWeight = 1e8;

/** From an inside that is plausible to where it stops being so, or to `outside` if it never does. */
function farthestPlausible(inside: number, outside: number, isPlausible: (value: number) => boolean): number {
  if (inside === outside || isPlausible(outside)) return outside;
  let [near, far] = [inside, outside];
  for (let round = 0; round < 40; round += 1) {
    const middle = (near + far) / 2;
    if (isPlausible(middle)) near = middle;
    else far = middle;
  }
  return (near + far) / 2;
}

/** 1 / N*, from 0 (no peak) to 1. */
function inversePeak(parameters: Triple): number {
  const peak = peakOf(toCurve(parameters));
  return peak ? 1 / peak.concurrency : 0;
}

function holdThird({ low, high }: Bounds, value: number): Bounds {
  return { low: [low[0], low[1], value], high: [high[0], high[1], value] };
}

function straightLineSquares(fit: LeastSquares, samples: readonly UslSample[], { low, high }: Bounds): number {
  return fitLeastSquares(uslModel, samples, [fit.parameters[0], 0, 0], { low: [low[0], 0, 0], high: [high[0], 0, 0] })
    .squares;
}

/** With gamma as fitted, and 1/N* too as long as that leaves sigma at 0 or above. */
function startAt(inverseThroughput: number, parameters: Triple): Triple {
  const free = Math.max(0, 1 - inverseThroughput * parameters[0]);
  const inverse = Math.min(inversePeak(parameters), 1 - Math.sqrt(free));
  return [inverseThroughput, inverse === 1 ? 0 : 1 - free / (1 - inverse) ** 2, inverse];
}

/** The curve by gamma, sigma and v = 1/N*: kappa = (1 - sigma) v^2. */
const peakModel: Model = ([gamma, sigma, v], concurrency) => {
  const { height, slopes } = uslModel([gamma, sigma, (1 - sigma) * v * v], concurrency);
  const [s0, s1, s2] = slopes;
  return { height, slopes: [s0, s1 - v * v * s2, 2 * (1 - sigma) * v * s2] };
};

/** The curve by w = 1/X*, sigma and v = 1/N*: gamma = (1 - (1 - sigma) (1 - v)^2) / w. */
const ceilingModel: Model = ([w, sigma, v], concurrency) => {
  const gamma = (1 - (1 - sigma) * (1 - v) ** 2) / w;
  const { height, slopes } = peakModel([gamma, sigma, v], concurrency);
  const [s0, s1, s2] = slopes;
  const bySigma = (1 - v) ** 2 / w;
  const byV = (2 * (1 - sigma) * (1 - v)) / w;
  return { height, slopes: [-height / w, s1 + s0 * bySigma, s2 + s0 * byV] };
};
