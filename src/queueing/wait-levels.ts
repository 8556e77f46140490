import type { BusyPool } from './renewal.ts';

/** The end of a level over that of the next one. */
const levelRatio = 12;

/**
 * What is best to answer for a time t: made for the whole lattice, or for one that ends at a twelfth of it, at a twelfth of
 * that, and so on. Where long holds stretch the tail, a step of the whole lattice is longer than most waits; the levels end
 * where it is no longer than mean / servers.
 */
export function waitLevels<T>({ servers, hold }: BusyPool, endMs: number, cells: number, make: (endMs: number) => T) {
  const made: T[] = [];
  const fineMs = (cells * hold.meanMs) / servers;
  return (t: number): T => {
    let levelMs = endMs;
    let index = 0;
    for (; t < levelMs / levelRatio && levelMs > fineMs; index += 1) levelMs /= levelRatio;
    const level = made[index] ?? make(levelMs);
    made[index] = level;
    return level;
  };
}
