/**
 * How HdrHistogram lays out its counts for values from 1 to an hour in microseconds with three significant digits: the
 * first 2,048 values have a count each, and every doubling after that has 1,024 counts of equal width.
 * HdrHistogram/HdrHistogram, AbstractHistogram.java, countsArrayIndex.
 */
export const lowestDiscernible = 1;
export const highestTrackable = 3_600_000_000;
export const significantDigits = 3;
export const subBuckets = 2_048;
const halfMagnitude = 10;
const half = 1 << halfMagnitude;
const zerosOfFirst = 21;

/** Doublings up to highestTrackable, the first 2,048 values included. */
export const doublings = 22;
export const countsLength = (doublings + 1) * half;

/** `value`: whole, from 0 to 2^32 - 1. */
export function indexOf(value: number): number {
  const doubling = zerosOfFirst - Math.clz32(value | (subBuckets - 1));
  return (doubling << halfMagnitude) + (value >>> doubling);
}

export function lowestAt(index: number): number {
  const doubling = Math.max(0, (index >>> halfMagnitude) - 1);
  return (index - (doubling << halfMagnitude)) * 2 ** doubling;
}

/** The first value that counts at the next index. */
export function nextAt(index: number): number {
  return lowestAt(index + 1);
}

export function middleAt(index: number): number {
  const low = lowestAt(index);
  return low + Math.floor((nextAt(index) - low) / 2);
}

/** How many counts there are up to the end of the doubling that an index lies in. */
export function countsUpTo(index: number): number {
  return Math.max(subBuckets, ((index >>> halfMagnitude) + 1) << halfMagnitude);
}
