import type { HoldLaw } from '../queueing/hold-law.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';
import type { RandomStream } from './random.ts';

/** Draws hold times, in ms, by a law. */
export type HoldSampler = () => number;

export function holdSampler(law: HoldLaw, random: RandomStream): HoldSampler {
  switch (law.kind) {
    case 'constant':
      return () => law.meanMs;
    case 'exponential': {
      const { meanMs } = law;
      return () => meanMs * random.exponential();
    }
    case 'lognormal': {
      const { medianMs, sigma } = law;
      return () => medianMs * Math.exp(sigma * random.normal());
    }
    case 'gamma': {
      const { shape, scaleMs } = law;
      return () => scaleMs * random.gamma(shape);
    }
    case 'samples': {
      const { sortedMs, factor = 1 } = law;
      return () => (sortedMs[random.below(sortedMs.length)] ?? 0) * factor;
    }
    case 'histogram':
      return histogramSampler(law.buckets, random);
    case 'mixture': {
      const samplers = law.parts.map((part) => holdSampler(part.law, random));
      const choose = chooser(law.parts.map((part) => part.share));
      return () => samplers[choose(random.uniform())]?.() ?? 0;
    }
    default:
      return law satisfies never;
  }
}

/** Uniform within the bucket. */
function histogramSampler(buckets: readonly HistogramBucket[], random: RandomStream): HoldSampler {
  const choose = chooser(buckets.map((bucket) => bucket.count));
  return () => {
    const bucket = buckets[choose(random.uniform())];
    return bucket === undefined ? 0 : bucket.fromMs + (bucket.toMs - bucket.fromMs) * random.uniform();
  };
}

/** Turns a number between 0 and 1 into an index, with the likelihoods that the weights say. */
function chooser(weights: readonly number[]): (uniform: number) => number {
  const ends = new Float64Array(weights.length);
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    sum += weight;
    ends[index] = sum;
  }
  return (uniform) => {
    const target = uniform * sum;
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
