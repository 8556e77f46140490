import { type LockQuery, literally, plainVersion } from './lock-file.ts';

/** yarn.lock, of version 1 and of the newer ones. Without the range, only a single version of the package is an answer. */
export function yarnVersion(text: string, { name, range }: LockQuery): string | undefined {
  const heads = new RegExp(`^"?(?:[^\\n:]*, *)?"?${literally(name)}@[^\\n]*:\\n +version:? "?([^"\\n]+)`, 'gm');
  const entries = Array.from(text.matchAll(heads), ([entry, version]) => ({
    head: entry.slice(0, entry.indexOf('\n')),
    version,
  }));
  const asked = range && new RegExp(`(?:^|[" ,])${literally(name)}@(?:npm:)?${literally(range)}(?:"|,|:|$)`);
  const [first, ...others] = asked ? entries.filter(({ head }) => asked.test(head)) : entries;
  const isOnly = others.every(({ version }) => version === first?.version);
  return isOnly ? plainVersion(first?.version) : undefined;
}
