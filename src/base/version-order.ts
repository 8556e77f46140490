/** -1, 0 or 1, by the numbers of two versions; a pre-release comes before its release. NaN where one has no number in front. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  if (!a || !b) return Number.NaN;
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** As semver.org has it (11): part by part, numbers before words; a pre-release comes before its release. */
function comparePrereleases(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return Number(one.length === 0) - Number(other.length === 0);
  for (const [index, part] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (part === against) continue;
    const [number, rival] = [Number(part), Number(against)];
    if (!Number.isNaN(number) && !Number.isNaN(rival)) return Math.sign(number - rival);
    if (Number.isNaN(number) !== Number.isNaN(rival)) return Number.isNaN(rival) ? -1 : 1;
    return part < against ? -1 : 1;
  }
  return one.length < other.length ? -1 : 0;
}

/**
 * Whether a version lies in a range: comparisons that all hold, `>=0.3.0 <0.3.28`, and `||` between alternatives. Not a
 * full range of npm: no `^`, `~` or `x`.
 */
export function isInRange(version: string, range: string): boolean {
  return range.split('||').some((part) =>
    part
      .trim()
      .split(/\s+/)
      .every((comparison) => holds(version, comparison)),
  );
}

/** Whether `isInRange` can read it. */
export function isRange(text: string): boolean {
  return text
    .split('||')
    .every((part) => /^\s*(?:(?:<=|>=|<|>|=)?\d+(?:\.\d+){0,2}(?:-[\w.]+)?(?:\s+|$))+$/.test(part));
}

function holds(version: string, comparison: string): boolean {
  const [, operator = '=', other = ''] = /^(<=|>=|<|>|=)?(.+)$/.exec(comparison) ?? [];
  const order = compareVersions(version, other);
  if (operator === '<=') return order <= 0;
  if (operator === '>=') return order >= 0;
  if (operator === '<') return order < 0;
  return operator === '>' ? order > 0 : order === 0;
}

function partsOf(text: string): { numbers: number[]; prerelease: readonly string[] } | undefined {
  const [, major, minor = '0', patch = '0', prerelease] =
    /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([\w.-]+))?/.exec(text) ?? [];
  if (major === undefined) return undefined;
  return { numbers: [major, minor, patch].map(Number), prerelease: prerelease?.split('.') ?? [] };
}
