import { normalQuantile } from './normal.ts';

/** ln(k!) less Stirling's k ln k - k + ln(2 pi k) / 2, for k > 0; the series from k = 12 on (Abramowitz and Stegun 6.1.41). */
function stirlingError(k: number): number {
  if (k < 12) return logGamma(k + 1) - ((k + 0.5) * Math.log(k) - k + 0.5 * Math.log(2 * Math.PI));
  const square = 1 / (k * k);
  return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / k;
}

/** ln Gamma(k) for k > 0. */
export function logGamma(k: number): number {
  let shifted = k;
  let product = 1;
  while (shifted < 12) {
    product *= shifted;
    shifted += 1;
  }
  return (
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    0.5 * Math.log(2 * Math.PI) +
    stirlingError(shifted) -
    Math.log(product)
  );
}

/**
 * ln(x^k e^-x / Gamma(k + 1)): for whole k the chance of exactly k events where x are expected. Written as a distance of
 * x from k, so that nothing large cancels: C. Loader, Fast and accurate computation of binomial probabilities (2000).
 */
export function logPoisson(k: number, x: number): number {
  if (k === 0) return -x;
  if (x <= 0) return -Infinity;
  if (k < 12) return k * Math.log(x) - x - logGamma(k + 1);
  const w = (x - k) / k;
  return -k * (w - (w < -0.5 ? Math.log(x / k) : Math.log1p(w))) - 0.5 * Math.log(2 * Math.PI * k) - stirlingError(k);
}

/** ln of 1 + x/(k+1) + x^2/((k+1)(k+2)) + ...: the lower incomplete gamma function over its first term; for x < k + 1. */
function logLowerSeries(k: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= x / (k + n);
    sum += term;
  }
  return Math.log(sum);
}

/** The continued fraction of the upper incomplete gamma function, by Lentz's method (Numerical Recipes 6.2); for x >= k + 1. */
export function upperFraction(k: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - k;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < 1e6; n += 1) {
    const a = -n * (n - k);
    b += 2;
    d = 1 / (Math.abs(a * d + b) < tiny ? tiny : a * d + b);
    c = Math.abs(b + a / c) < tiny ? tiny : b + a / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return value;
}

/** ln P(k, x), or ln Q(k, x), good where the other is near 1; from logTerm = logPoisson(k, x). */
function logIncomplete(k: number, x: number, logTerm: number, isUpper: boolean): number {
  if (x <= 0) return isUpper ? 0 : -Infinity;
  if (x === Infinity) return isUpper ? -Infinity : 0;
  const isLeft = x < k + 1;
  const log = Math.min(0, logTerm + (isLeft ? logLowerSeries(k, x) : Math.log(k * upperFraction(k, x))));
  return isLeft === isUpper ? Math.log(-Math.expm1(log)) : log;
}

/** Regularised lower incomplete gamma function P(k, x), k > 0: the share below x of a gamma distribution of shape k and scale 1. */
export function gammaLower(k: number, x: number): number {
  return Math.exp(logGammaLower(k, x));
}

/** Q(k, x) = 1 - P(k, x); for whole k the chance of fewer than k events where x are expected. */
export function gammaUpper(k: number, x: number): number {
  return Math.exp(logGammaUpper(k, x));
}

export function logGammaLower(k: number, x: number): number {
  return logIncomplete(k, x, logPoisson(k, x), false);
}

export function logGammaUpper(k: number, x: number): number {
  return logIncomplete(k, x, logPoisson(k, x), true);
}

/**
 * The x with P(k, x) = p; 0 at p = 0, Infinity at p = 1. Newton's method on the logarithms of x and of the smaller share,
 * kept between bounds, from the cube of a normal variable (E. B. Wilson and M. M. Hilferty, PNAS 17 (1931)).
 */
export function gammaQuantile(k: number, p: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return Infinity;
  const isLow = p <= 0.5;
  const wanted = isLow ? Math.log(p) : Math.log1p(-p);
  // P(k, x) is at most x^k / Gamma(k + 1), which bounds x from below.
  let low = (Math.log(p) + logGamma(k + 1)) / k;
  let high = Infinity;
  const root = 1 - 1 / (9 * k) + normalQuantile(p) / (3 * Math.sqrt(k));
  let y = root > 0 ? Math.max(low, Math.log(k) + 3 * Math.log(root)) : low;
  for (let round = 0; round < 100; round += 1) {
    const x = Math.exp(y);
    const logTerm = logPoisson(k, x);
    const logShare = logIncomplete(k, x, logTerm, !isLow);
    const beyond = isLow ? logShare - wanted : wanted - logShare;
    if (beyond < 0) low = y;
    else high = y;
    const slope = k * Math.exp(logTerm - logShare);
    let next = y - beyond / slope;
    if (!(next >= low && next <= high)) next = high === Infinity ? low + 1 : (low + high) / 2;
    const step = Math.abs(next - y);
    y = next;
    // The number of right digits doubles.
    if (step <= 1e-8) break;
  }
  return Math.exp(y);
}
