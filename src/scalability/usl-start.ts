import { type Bounds, fitLeastSquares, type Model, type Triple, type UslSample } from './usl-least-squares.ts';

/** N / X(N) = a + b (N - 1) + c N (N - 1): linear in a = 1/gamma, b = sigma/gamma and c = kappa/gamma. */
const timeModel: Model = ([a, b, c], concurrency) => {
  const others = concurrency - 1;
  return { height: a + others * (b + c * concurrency), slopes: [1, others, others * concurrency] };
};

/**
 * gamma, sigma and kappa by linear regression of N/X: a place to start from, not an answer. It weighs errors of N/X, not
 * of X, and so trusts the highest levels most; on the SDM91 data with gamma = 64.9 it gives sigma 0.01705, which usl 1.8
 * printed as its fit, where least squares on X gives 0.01260.
 */
export function linearStart(samples: readonly UslSample[], givenGamma: number | undefined): Triple {
  const times = samples.map(({ x, y, weight }) => ({ x, y: x / y, weight }));
  const shortest = Math.min(...times.map(({ y }) => y));
  const bounds: Bounds = {
    low: [givenGamma === undefined ? shortest * 1e-3 : 1 / givenGamma, 0, 0],
    high: [givenGamma === undefined ? Number.POSITIVE_INFINITY : 1 / givenGamma, ...twoOpen],
  };
  const [a, b, c] = fitLeastSquares(timeModel, times, [shortest, 0, 0], bounds).parameters;
  return [givenGamma ?? 1 / a, Math.min(b / a, 1), c / a];
}

const twoOpen = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
