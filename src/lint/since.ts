import type { Finding } from './finding.ts';
import { fingerprintOf } from './report.ts';

/**
 * The findings that were not there before, by file and fingerprint. What was found in a file that is gone may have moved to
 * another one.
 */
export function newSince(
  before: readonly Finding[],
  now: readonly Finding[],
  isThere: (file: string) => boolean,
): readonly Finding[] {
  const known = new Map<string, number>();
  const add = (key: string) => known.set(key, (known.get(key) ?? 0) + 1);
  for (const finding of before) add(keyOf(finding, isThere(finding.place.file) ? finding.place.file : ''));
  const take = (key: string) => {
    const count = known.get(key) ?? 0;
    if (count > 0) known.set(key, count - 1);
    return count > 0;
  };
  return now
    .filter((finding) => !take(keyOf(finding, finding.place.file)))
    .filter((finding) => !take(keyOf(finding, '')));
}

const keyOf = (finding: Finding, file: string) => `${file}\n${finding.rule}\n${fingerprintOf(finding)}`;
