/**
 * How far the model's p99 wait was off a simulation, for nine of ten workloads of a class, as a share of the simulated
 * value. Read off `npm run bench` (test/bench/formulas.mjs: 316 workloads, Poisson arrivals); the model errs on the safe
 * side for uneven hold times.
 */
const classes = [
  { upToScv: 0.1, low: -0.17, high: 0.07 },
  { upToScv: 0.5, low: -0.07, high: 0.06 },
  { upToScv: 1.5, low: -0.04, high: 0.06 },
  { upToScv: 3, low: -0.14, high: 0.48 },
  { upToScv: 5, low: -0.01, high: 0.65 },
  { upToScv: Number.POSITIVE_INFINITY, low: -0.25, high: 1.3 },
] as const;

/** The error of the model's p99 wait to expect at this squared coefficient of variation of the hold times. */
export function statedError(scv: number): { readonly low: number; readonly high: number } {
  const { low, high } = classes.find(({ upToScv }) => scv <= upToScv) ?? classes[5];
  return { low, high };
}
