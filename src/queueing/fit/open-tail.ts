import { gammaQuantile } from '../../stats/gamma.ts';
import type { HistogramBucket } from '../../stats/histogram-bucket.ts';
import { normalQuantile } from '../../stats/normal.ts';
import { holdDistribution } from '../distribution.ts';
import type { HoldLaw } from '../hold-law.ts';
import { gammaOfMean, type Percentile } from './fit-families.ts';

/** Where no longest time is given, no hold is taken to last longer than this many times the last known one. */
export const longestOverLast = 10;
/** The exponents of a tail: 1 halves its share with every doubling of the time, 0.5 with every fourfold time. */
const [slowestFall, fastestFall] = [0.5, 1];

/**
 * How a tail about which nothing is known may fall: half as fast as the last known stretch, as a Pareto tail with an exponent
 * from 0.5 to 1. (Measured tails of hold times flatten: behind most of the work wait locks, time-outs and cold caches.)
 */
export function tailExponent(from: Percentile | undefined, to: Percentile): number {
  if (!from || !(to.ms > from.ms)) return fastestFall;
  const slope = Math.log((1 - from.p) / (1 - to.p)) / Math.log(to.ms / from.ms);
  return Math.min(fastestFall, Math.max(slowestFall, slope / 2));
}

/** A share of the holds above `fromMs`, falling as a Pareto tail up to `longestMs`, where the rest of them ends. */
export function tailBuckets(fromMs: number, longestMs: number, share: number, exponent: number): HistogramBucket[] {
  if (longestMs <= fromMs) return [{ fromMs, toMs: fromMs, count: share }];
  const steps = 12;
  const bound = (step: number) => fromMs * (longestMs / fromMs) ** (step / steps);
  const above = (ms: number) => share * (fromMs / ms) ** exponent;
  const buckets = Array.from({ length: steps }, (_, step) => {
    const [start, end] = [bound(step), step + 1 === steps ? longestMs : bound(step + 1)];
    return { fromMs: start, toMs: end, count: above(start) - above(end) };
  });
  return [...buckets, { fromMs: longestMs, toMs: longestMs, count: above(longestMs) }];
}

/**
 * The lightest and the heaviest law that the percentiles allow where no mean is known, in this order. Both pass through them, in the shape
 * of the fitted law between them. Above the last one the light law has nothing, the heavy one a tail (see `tailExponent`);
 * where the fitted law misses them (`isJump`), the last stretch is all at its lower or at its upper end.
 */
export function openLaws(
  law: HoldLaw,
  percentiles: readonly Percentile[],
  longestMs: number,
  isJump: boolean,
): HoldLaw[] {
  const last = percentiles.at(-1);
  if (!last) return [];
  const before = percentiles.at(-2);
  const bodyOf = (shape: HoldLaw) => bodyBuckets(shape, percentiles, isJump && before ? before : last);
  const jump = isJump && before ? last.p - before.p : 0;
  const at = (ms: number, count: number) => ({ fromMs: ms, toMs: ms, count });
  const rest = 1 - last.p;
  const tail = tailBuckets(last.ms, Math.max(last.ms, longestMs), rest, tailExponent(before, last));
  const low = jump > 0 && before ? [at(before.ms, jump), at(last.ms, rest)] : [at(last.ms, rest)];
  const high = [...(jump > 0 ? [at(last.ms, jump)] : []), ...tail];
  return [lawOf([...bodyOf(law), ...low]), lawOf([...bodyOf(heavyBody(law, percentiles)), ...high])];
}

const bodyShape = 5;

/** Where even the median is unknown, most holds may be nearer to the first percentile than the tail suggests: as in an Erlang-5 law. */
function heavyBody(law: HoldLaw, [first]: readonly Percentile[]): HoldLaw {
  if (!first || first.p <= 0.5) return law;
  const meanMs = (bodyShape * first.ms) / gammaQuantile(bodyShape, first.p);
  return meanMs > holdDistribution(law).meanMs ? gammaOfMean(meanMs, bodyShape) : law;
}

/** The law without holds above `longestMs`: they end there. The law itself where less than a fifth of its mean is above. */
export function cutLaw(law: HoldLaw, longestMs: number): HoldLaw {
  const { quantile, cdf, residualCdf } = holdDistribution(law);
  if (residualCdf(longestMs) > 0.8) return law;
  const share = cdf(longestMs);
  const steps = 64;
  const buckets: HistogramBucket[] = [];
  let [fromMs, reached] = [0, 0];
  for (let step = 1; step <= steps; step += 1) {
    // Finer towards the end, where the long holds are.
    const p = share * (1 - (1 - step / steps) ** 2);
    const toMs = step === steps ? longestMs : quantile(p);
    buckets.push({ fromMs, toMs, count: p - reached });
    [fromMs, reached] = [toMs, p];
  }
  return lawOf([...buckets, { fromMs: longestMs, toMs: longestMs, count: 1 - share }]);
}

function lawOf(buckets: readonly HistogramBucket[]): HoldLaw {
  return { kind: 'histogram', buckets: buckets.filter(({ count }) => count > 0) };
}

/** The law up to a percentile, stretched between the known ones so that it meets each. */
function bodyBuckets(law: HoldLaw, percentiles: readonly Percentile[], end: Percentile): HistogramBucket[] {
  const { quantile } = holdDistribution(law);
  const points = percentiles.map(({ p, ms }) => ({ z: normalQuantile(p), log: Math.log(ms / quantile(p)) }));
  const timeAt = (p: number) => quantile(p) * Math.exp(interpolated(points, normalQuantile(p)));
  const steps = 32;
  const buckets: HistogramBucket[] = [];
  let fromMs = Math.min(end.ms, timeAt(0.001));
  let reached = 0;
  for (let step = 1; step <= steps; step += 1) {
    const p = step === steps ? end.p : (end.p * step) / steps;
    const toMs = step === steps ? end.ms : Math.min(end.ms, Math.max(fromMs, timeAt(p)));
    buckets.push({ fromMs, toMs, count: p - reached });
    [fromMs, reached] = [toMs, p];
  }
  return buckets;
}

/** Straight between the points, level beyond them. */
function interpolated(points: readonly { readonly z: number; readonly log: number }[], z: number): number {
  const after = points.findIndex((point) => point.z >= z);
  const [from, to] = [points[after - 1], points[after]];
  if (!to) return points.at(-1)?.log ?? 0;
  if (!from) return to.log;
  return from.log + ((to.log - from.log) * (z - from.z)) / (to.z - from.z);
}
