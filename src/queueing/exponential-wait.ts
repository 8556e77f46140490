import { gammaLower, gammaUpper, logGammaLower, logGammaUpper } from '../stats/gamma.ts';
import { solveFalling } from '../stats/solve.ts';
import type { EffectivePool } from './effective-pool.ts';
import { type LimitedWait, sharesOf } from './limited-wait.ts';

/**
 * Exponential hold times, exact for any load, queue limit and timeout. In units of mean / connections, the chance that
 * n wait and the first of them has waited for u is p(c) rho^n u^(n-1) / (n-1)! e^-u du, n up to q and u up to the timeout y:
 * it satisfies the balance equations with both limits. Hence the wait x of the served has density
 * e^(-(1 - rho) x) Q(q, rho x) up to y, rho^q P(q, y) is refused and e^(-(1 - rho) y) Q(q, rho y) gives up, all over the
 * same sum. A queue limit alone is M/M/c/K; a timeout alone is D. Y. Barrer, Queuing with impatient customers, Operations
 * Research 5 (1957).
 */
export function exponentialWait(pool: EffectivePool): LimitedWait {
  const { servers, utilization, hold, places, patienceMs } = pool;
  const unitMs = hold.meanMs / servers;
  const queue = offeredWait(utilization, places);
  const end = patienceMs === undefined ? Infinity : patienceMs / unitMs;
  const [kept, logLost] = [queue.kept(end), queue.logLost(end)];
  const tail = (t: number) => Math.min(1, Math.max(0, 1 - queue.keptShare(t / unitMs, end)));
  const unlimited = places === undefined && patienceMs === undefined;
  return {
    ...sharesOf(pool, { kept, lost: Math.exp(logLost), timedOut: queue.timedOutShare(end) }),
    meanMs: unitMs * queue.mean(end),
    tail,
    exceededBy: (above) => {
      if (unlimited) return (-Math.log(above) * unitMs) / (1 - utilization);
      const places99 = places === undefined ? Infinity : places + 40 * Math.sqrt(places) + 40;
      return solveFalling(tail, above, Math.min(end, places99) * unitMs);
    },
  };
}

/** Integrals of the density above, from 0 to x: `kept` is Y(x), `logLost` is ln N(x) with N = 1 + (rho - 1) Y. */
function offeredWait(rho: number, places: number | undefined) {
  const slack = 1 - rho;
  // ln of the two terms of N: e^(-(1 - rho) x) Q(q, rho x) and rho^q P(q, x). The second needs a queue limit.
  const logFirst = (x: number) => {
    const logPlace = places === undefined ? 0 : places === 0 ? -Infinity : logGammaUpper(places, rho * x);
    if (logPlace === -Infinity) return -Infinity;
    return (x === Infinity ? (slack > 0 ? -Infinity : slack < 0 ? Infinity : 0) : -slack * x) + logPlace;
  };
  const logSecond = (x: number, extra = 0) => {
    if (places === undefined) return -Infinity;
    return places * Math.log(rho) + (places + extra === 0 ? 0 : logGammaLower(places + extra, x));
  };
  const logLost = (x: number) => logSum(logFirst(x), logSecond(x));
  const span = (x: number) => Math.min(x, places ?? Infinity);
  // Near rho = 1 the differences below cancel; there the density is Q(q, x) but for rho - 1 in a million.
  const isCritical = (x: number) => Math.abs(slack) * Math.max(1, span(x)) < 1e-6;
  // And below so short a timeout hardly anything changes: the density is 1.
  const isShort = (x: number) => x * Math.max(1, rho) < 1e-5;
  const criticalKept = (x: number) => {
    if (places === undefined) return x;
    if (x === Infinity) return places;
    return places === 0 ? 0 : x * gammaUpper(places, x) + places * gammaLower(places + 1, x);
  };
  const kept = (x: number) => (isCritical(x) ? criticalKept(x) : -Math.expm1(logLost(x)) / slack);
  return {
    kept,
    logLost,
    timedOutShare: (x: number) => (x === Infinity ? 0 : Math.exp(logFirst(x) - logLost(x))),
    /** Y(x) / Y(end), also where both are beyond numbers. */
    keptShare: (x: number, end: number) => {
      if (x >= end) return 1;
      if (isShort(end)) return x / end;
      if (isCritical(end)) return criticalKept(x) / criticalKept(end);
      const [part, whole] = [logLost(x), logLost(end)];
      return whole > 700 ? Math.exp(part - whole) : Math.expm1(part) / Math.expm1(whole);
    },
    /** Mean of x up to `end`: 1 / (1 - rho) + (x e^(-(1 - rho) x) Q + q rho^q P(q + 1, x)) / (N - 1). */
    mean: (end: number): number => {
      if (places === 0 || end === 0) return 0;
      if (isShort(end)) return end / 2;
      if (isCritical(end)) return criticalMean(end, places);
      const whole = logLost(end);
      const over = (logTerm: number) =>
        whole > 700 ? Math.exp(logTerm - whole) : Math.exp(logTerm) / Math.expm1(whole);
      const first = end === Infinity ? 0 : end * over(logFirst(end));
      const second = places === undefined ? 0 : places * over(logSecond(end, 1));
      return 1 / slack + first + second;
    },
  };
}

/** The mean of density Q(q, x) up to `end`. */
function criticalMean(end: number, places: number | undefined): number {
  if (places === undefined) return end / 2;
  if (end === Infinity) return (places + 1) / 2;
  const upper = gammaUpper(places, end);
  const second = (end * end * upper + places * (places + 1) * gammaLower(places + 2, end)) / 2;
  return second / (end * upper + places * gammaLower(places + 1, end));
}

/** ln(e^a + e^b). */
function logSum(a: number, b: number): number {
  const high = Math.max(a, b);
  return Math.abs(high) === Infinity ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}
