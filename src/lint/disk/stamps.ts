import { statSync } from 'node:fs';

/**
 * Size, times in ms and number of files, one after the other: they change with the content. Who sets the time of a file back
 * still changes that of its entry in the folder.
 */
export type Stamps = Float64Array;

const ofEach = 4;
/** What stands for a file that is not there. */
const absent = -1;
/** The coarsest clock of a file system, that of FAT: what changed so shortly before may change again and look the same. */
const clockMs = 2_000;

export function stampsOf(root: string, paths: readonly string[]): Stamps {
  const stamps = new Float64Array(paths.length * ofEach).fill(absent);
  for (const [at, path] of paths.entries()) {
    try {
      const facts = statSync(`${root}/${path}`, { throwIfNoEntry: false });
      if (facts) stamps.set([facts.size, facts.mtimeMs, facts.ctimeMs, facts.ino], at * ofEach);
    } catch {
      // It cannot be reached, as if it were not there.
    }
  }
  return stamps;
}

export function isSameStamps(some: Stamps, others: Stamps): boolean {
  return some.length === others.length && some.every((stamp, at) => stamp === others[at]);
}

/** Whether no file had just changed when the stamps were taken: git's rule for files as new as its index. */
export function isSettled(stamps: Stamps, takenAtMs: number): boolean {
  const newest = takenAtMs - clockMs;
  for (let at = 0; at < stamps.length; at += ofEach) {
    if ((stamps[at + 1] ?? 0) > newest || (stamps[at + 2] ?? 0) > newest) return false;
  }
  return true;
}
