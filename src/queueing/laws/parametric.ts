import { gammaLower, gammaQuantile, logPoisson } from '../../stats/gamma.ts';
import { normalCdf, normalQuantile } from '../../stats/normal.ts';
import type { HoldDistribution } from '../hold-distribution.ts';

// In each law, the mean of min(residual, t) is (E[S^2; S < t] + 2 t E[S; S >= t] - t^2 P(S >= t)) / (2 mean).

export function constant(meanMs: number): HoldDistribution {
  return {
    meanMs,
    scv: 0,
    heaviness: 1,
    cdf: (t) => (t >= meanMs ? 1 : 0),
    quantile: () => meanMs,
    residualCdf: (t) => Math.min(1, Math.max(0, t / meanMs)),
    residualMeanUpTo: (t) => (t >= meanMs ? meanMs / 2 : t - (t * t) / (2 * meanMs)),
  };
}

/** Its residual is itself: the law without memory. */
export function exponential(meanMs: number): HoldDistribution {
  const cdf = (t: number) => (t > 0 ? -Math.expm1(-t / meanMs) : 0);
  return {
    meanMs,
    scv: 1,
    heaviness: 1.5,
    isMemoryless: true,
    cdf,
    quantile: (p) => -meanMs * Math.log1p(-p),
    residualCdf: cdf,
    residualMeanUpTo: (t) => meanMs * cdf(t),
  };
}

/** exp(N(ln medianMs, sigma^2)). Partial moments: Aitchison and Brown, The Lognormal Distribution (1957), section 2.4. */
export function lognormal(medianMs: number, sigma: number): HoldDistribution {
  if (sigma < 1e-6) return constant(medianMs);
  const meanMs = medianMs * Math.exp(sigma ** 2 / 2);
  const scv = Math.expm1(sigma ** 2);
  const standard = (t: number) => Math.log(t / medianMs) / sigma;
  return {
    meanMs,
    scv,
    heaviness: 1 + scv,
    cdf: (t) => (t > 0 ? normalCdf(standard(t)) : 0),
    quantile: (p) => medianMs * Math.exp(sigma * normalQuantile(p)),
    residualCdf: (t) => {
      if (t <= 0) return 0;
      const z = standard(t);
      return Math.min(1, normalCdf(z - sigma) + (t / meanMs) * normalCdf(-z));
    },
    residualMeanUpTo: (t) => {
      if (t <= 0) return 0;
      const z = standard(t);
      const share = t / meanMs;
      const below = (1 + scv) * normalCdf(z - 2 * sigma);
      return (meanMs / 2) * (below + 2 * share * normalCdf(sigma - z) - share * share * normalCdf(-z));
    },
  };
}

export function gamma(shape: number, scaleMs: number): HoldDistribution {
  const meanMs = shape * scaleMs;
  if (shape === 1) return exponential(meanMs);
  /** x^k e^-x / Gamma(k + 1), by which P(k, x) falls to P(k + 1, x). */
  const fall = (x: number) => Math.exp(logPoisson(shape, x));
  return {
    meanMs,
    scv: 1 / shape,
    heaviness: (shape + 2) / (shape + 1),
    cdf: (t) => gammaLower(shape, t / scaleMs),
    quantile: (p) => scaleMs * gammaQuantile(shape, p),
    residualCdf: (t) => {
      if (t <= 0) return 0;
      const x = t / scaleMs;
      const first = gammaLower(shape, x);
      return Math.min(1, Math.max(0, first - fall(x)) + (t / meanMs) * (1 - first));
    },
    residualMeanUpTo: (t) => {
      if (t <= 0) return 0;
      const x = t / scaleMs;
      const first = gammaLower(shape, x);
      const term = fall(x);
      const second = Math.max(0, first - term);
      const third = Math.max(0, second - (term * x) / (shape + 1));
      const share = t / meanMs;
      return (meanMs / 2) * ((1 + 1 / shape) * third + 2 * share * (1 - second) - share * share * (1 - first));
    },
  };
}
