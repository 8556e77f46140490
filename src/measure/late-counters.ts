import type { MeterFacts, Sample } from '../engines/meter.ts';
import { type Estimate, near, overlap, quotient, scaled } from '../stats/estimate.ts';
import type { Requests } from './requests.ts';
import type { HeldFigure } from './result.ts';

/**
 * PostgreSQL 15 and newer write down statements that touch no table only with others of their session (pgstat.c), so that
 * rate and time of a window are both too small, or too large when an old rest comes. Their quotient is right all the same,
 * and samples are never late: by Little's law, rate = held / mean. Undefined where counters and samples agree, or where
 * what goes on for long would be taken for many short ones.
 */
export function rateBySamples(
  { lagMs, sources }: MeterFacts,
  { unit, source }: Requests,
  heldBy: readonly HeldFigure[],
  meanMs: Estimate | undefined,
  samples: readonly Sample[],
): { readonly rate: Estimate & { readonly source: string }; readonly held: HeldFigure } | undefined {
  const counted = heldBy.find(({ isSampled }) => !isSampled);
  const sampled = heldBy.find(({ isSampled }) => isSampled);
  if (lagMs === 0 || unit !== 'transaction' || !counted || !sampled || !meanMs || meanMs.value <= 0) return undefined;
  if (overlap(counted, sampled) || near(counted.value, sampled.value, 0.1)) return undefined;
  if (areLong(samples, meanMs.value)) return undefined;
  return {
    rate: { ...scaled(quotient(sampled, meanMs), 1_000), source: `${sources.samples} / mean of ${source}` },
    held: sampled,
  };
}

/** Ages at a random moment are half the mean where all take as long, and the mean where they are exponential. */
function areLong(samples: readonly Sample[], meanMs: number): boolean {
  const ages = samples.flatMap(({ agesMs }) => agesMs);
  if (ages.length === 0) return true;
  return ages.filter((age) => age > longTimes * meanMs).length > ages.length * 0.02;
}

/** Of an exponential law, one age in 3,000 is longer than so many means. */
const longTimes = 8;
