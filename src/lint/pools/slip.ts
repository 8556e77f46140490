/**
 * The option that a name is a slip of: one letter too much, too few or wrong, two swapped, or another case. Undefined for
 * short names, where that is another word.
 */
export function slipOf(name: string, names: readonly string[]): string | undefined {
  const within = name.slice(0, name.lastIndexOf('.') + 1);
  const last = name.slice(within.length);
  if (last.length < 5) return undefined;
  return names.find((other) => other.startsWith(within) && isSlip(last, other.slice(within.length)));
}

function isSlip(written: string, meant: string): boolean {
  const [a, b] = [written.toLowerCase(), meant.toLowerCase()];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const isSwapped = left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
  return isSwapped || (left.length <= 1 && right.length <= 1);
}
