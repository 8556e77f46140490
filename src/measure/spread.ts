import type { MeterFacts, Sample } from '../engines/meter.ts';
import { holdDistribution } from '../queueing/distribution.ts';
import { type Estimate, inBatches, near, ratioOfBatches, sumOf } from '../stats/estimate.ts';
import { areFewHidden } from './hidden.ts';
import type { Requests } from './requests.ts';
import type { Measurement } from './result.ts';
import type { Stretches } from './stretches.ts';

/** How much hold times vary, by the squares of statement times or by the ages of sampled statements and transactions. */
export function spreadOf(
  { unit, batches }: Requests,
  grown: Stretches['grown'],
  samples: readonly Sample[],
  meanMs: Estimate,
  { sources }: MeterFacts,
): Partial<Measurement['holdTime']> | undefined {
  const [squares, statements, times] = [grown('statementSquaresMs2'), grown('statements'), grown('statementMs')];
  const meanOf = statements && times ? sumOf(times) / sumOf(statements) : 0;
  const isOneStatement = statements && near(sumOf(statements), sumOf(batches), 0.05) && near(meanOf, meanMs.value, 0.1);
  if (squares && isOneStatement && unit === 'transaction') {
    const scv = sumOf(squares) / sumOf(statements) / meanOf ** 2 - 1;
    return byTwoMoments(meanMs, { value: scv, low: scv, high: scv }, `${sources.statements}, as a lognormal`);
  }
  const count = samples.reduce((sum, { agesMs }) => sum + agesMs.length, 0);
  if (unit === 'between' || count < 100 || !areFewHidden(samples)) return undefined;
  // The mean age at a random moment is E[S^2] / 2 E[S] (the mean residual life; Cox, Renewal Theory (1962), section 5.4).
  const inTwelve = (of: (ages: readonly number[]) => number) =>
    inBatches(
      samples.map(({ agesMs }) => of(agesMs)),
      Math.min(12, samples.length),
    );
  const age = ratioOfBatches(
    inTwelve(sumOf),
    inTwelve((ages) => ages.length),
  );
  if (!age) return undefined;
  const scvOf = (ageMs: number) => (2 * ageMs) / meanMs.value - 1;
  const scv = { value: scvOf(age.value), low: scvOf(age.low), high: scvOf(age.high) };
  return byTwoMoments(meanMs, scv, `ages of ${count} sampled ones, as a lognormal`);
}

/**
 * Percentiles of the lognormal with this mean and squared coefficient of variation. Two moments leave the law open: the
 * bounds are also those of the gamma law, which is the exponential at a squared coefficient of 1.
 */
function byTwoMoments(meanMs: Estimate, scv: Estimate, source: string): Partial<Measurement['holdTime']> {
  const at = (p: number): Estimate => {
    const ratios = [scv.value, scv.low, scv.high].flatMap((ratio) => quantilesOfMeanOne(ratio, p));
    return {
      value: meanMs.value * (ratios[0] ?? 1),
      low: meanMs.low * Math.min(...ratios),
      high: meanMs.high * Math.max(...ratios),
    };
  };
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), source };
}

/** Quantiles of the lognormal and of the gamma law. */
function quantilesOfMeanOne(scv: number, p: number): number[] {
  if (scv < 1e-6) return [1];
  const sigma = Math.sqrt(Math.log1p(scv));
  return [
    holdDistribution({ kind: 'lognormal', medianMs: Math.exp((-sigma * sigma) / 2), sigma }),
    holdDistribution({ kind: 'gamma', shape: 1 / scv, scaleMs: scv }),
  ].map((law) => law.quantile(p));
}
