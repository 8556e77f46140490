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
  let [term, sum] = [1, 1];
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

/** ln P(k, x) and ln Q(k, x), both good where the other is near 1. */
function logIncomplete(k: number, x: number): { readonly lower: number; readonly upper: number } {
  if (x <= 0) return { lower: -Infinity, upper: 0 };
  if (x === Infinity) return { lower: 0, upper: -Infinity };
  if (x < k + 1) {
    const lower = Math.min(0, logPoisson(k, x) + logLowerSeries(k, x));
    return { lower, upper: Math.log(-Math.expm1(lower)) };
  }
  const upper = Math.min(0, logPoisson(k, x) + Math.log(k * upperFraction(k, x)));
  return { lower: Math.log(-Math.expm1(upper)), upper };
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
  return logIncomplete(k, x).lower;
}

export function logGammaUpper(k: number, x: number): number {
  return logIncomplete(k, x).upper;
}

/** The x with P(k, x) = p, by bisection on ln x; 0 at p = 0, Infinity at p = 1. */
export function gammaQuantile(k: number, p: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return Infinity;
  // P(k, x) is at most x^k / Gamma(k + 1), which bounds x from below.
  let low = (Math.log(p) + logGamma(k + 1)) / k;
  let high = Math.max(low, Math.log(k)) + 1;
  while (gammaLower(k, Math.exp(high)) < p) high += 1;
  for (let round = 0; round < 80 && high - low > 1e-15 * Math.abs(high); round += 1) {
    const middle = (low + high) / 2;
    if (gammaLower(k, Math.exp(middle)) < p) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
