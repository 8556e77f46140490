import { tQuantile } from './student-t.ts';

/** A mean with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Mean of the means of consecutive stretches: neighbours in time are alike, so single values would look too sure. */
export function batchMeans(batches: readonly number[]): Estimate | undefined {
  const count = batches.length;
  if (count === 0) return undefined;
  const value = batches.reduce((sum, batch) => sum + batch, 0) / count;
  if (count < 2) return { value, low: 0, high: Number.POSITIVE_INFINITY };
  const variance = batches.reduce((sum, batch) => sum + (batch - value) ** 2, 0) / (count - 1);
  const half = tQuantile(0.975, count - 1) * Math.sqrt(variance / count);
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** Values in order, as the means of `count` stretches of the same length; what is left over at the end is left out. */
export function inBatches(values: readonly number[], count: number): number[] {
  const size = Math.floor(values.length / count);
  if (size === 0) return [...values];
  return Array.from({ length: count }, (_, batch) => {
    const stretch = values.slice(batch * size, (batch + 1) * size);
    return stretch.reduce((sum, value) => sum + value, 0) / size;
  });
}

/**
 * The ratio of two figures of the same stretches (time in transactions / transactions): its interval is of the
 * differences within each stretch, since both rise and fall together. The ratio estimator; Cochran, Sampling Techniques.
 */
export function ratioOfBatches(over: readonly number[], under: readonly number[]): Estimate | undefined {
  const count = Math.min(over.length, under.length);
  const total = (values: readonly number[]) => values.reduce((sum, entry) => sum + entry, 0);
  const mean = total(under) / count;
  if (count === 0 || mean <= 0) return undefined;
  const value = total(over) / total(under);
  if (count < 2) return { value, low: 0, high: Number.POSITIVE_INFINITY };
  const squares = total(over.map((entry, index) => (entry - value * (under[index] ?? 0)) ** 2)) / (count - 1);
  const half = (tQuantile(0.975, count - 1) * Math.sqrt(squares / count)) / mean;
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** a / b, with the bounds that both leave. */
export function quotient(a: Estimate, b: Estimate): Estimate {
  return { value: a.value / b.value, low: a.low / b.high, high: b.low > 0 ? a.high / b.low : Number.POSITIVE_INFINITY };
}

/** Wider by a share of the value on both sides. */
export function widened({ value, low, high }: Estimate, ratio: number): Estimate {
  return { value, low: Math.max(0, low - value * ratio), high: high + value * ratio };
}

export function overlap(a: Estimate, b: Estimate): boolean {
  return a.low <= b.high && b.low <= a.high;
}

export function near(a: number, b: number, ratio: number): boolean {
  return Math.abs(a - b) <= ratio * Math.max(Math.abs(a), Math.abs(b));
}

export function scaled({ value, low, high }: Estimate, factor: number): Estimate {
  return { value: value * factor, low: low * factor, high: high * factor };
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sumOf(values) / values.length;
}
