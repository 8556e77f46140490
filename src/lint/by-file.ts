import type { Finding } from './finding.ts';

/** Findings by the file that they are in, in their order. */
export function byFile(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { file } = finding.place;
    const before = files.get(file);
    if (before) before.push(finding);
    else files.set(file, [finding]);
  }
  return files;
}
