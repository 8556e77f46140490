import { PoolctlError } from '../base/errors.ts';
import type { HoldDistribution } from './hold-distribution.ts';
import type { HoldLaw } from './hold-law.ts';
import { histogram, samples } from './laws/empirical.ts';
import { mixture } from './laws/mixture.ts';
import { constant, exponential, gamma, lognormal } from './laws/parametric.ts';

const known = new WeakMap<HoldLaw, HoldDistribution>();

/** The functions of a law; worked out once for each law object. Throws VALUE_INVALID for a law without a mean or a variance. */
export function holdDistribution(law: HoldLaw): HoldDistribution {
  const before = known.get(law);
  if (before) return before;
  const distribution = distributionOf(law);
  // 1e100 leaves room to square and multiply; a lognormal with p95/p50 = 10^10 is below it.
  if (!(distribution.meanMs > 0 && distribution.meanMs < 1e100 && distribution.scv >= 0 && distribution.scv < 1e100)) {
    throw new PoolctlError(
      'VALUE_INVALID',
      `The hold times (${law.kind}) have no finite mean above 0 or no finite variance.`,
      {
        hint: 'Check their unit, and that every time and count is a number above 0.',
      },
    );
  }
  known.set(law, distribution);
  return distribution;
}

function distributionOf(law: HoldLaw): HoldDistribution {
  switch (law.kind) {
    case 'constant':
      return constant(law.meanMs);
    case 'exponential':
      return exponential(law.meanMs);
    case 'lognormal':
      return lognormal(law.medianMs, law.sigma);
    case 'gamma':
      return gamma(law.shape, law.scaleMs);
    case 'samples':
      return samples(law.sortedMs, law.factor);
    case 'histogram':
      return histogram(law.buckets);
    case 'mixture':
      return mixture(law.parts.map(({ share, law: part }) => ({ share, distribution: holdDistribution(part) })));
    default:
      return law satisfies never;
  }
}
