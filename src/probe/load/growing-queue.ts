/** Looks at a queue; below so many nothing can be said. */
const leastLooks = 8;

/**
 * Whether a queue grew to the end: it was always longer in the last quarter than ever in the first half. One that is only
 * long at times comes back to nothing in between.
 */
export function grewToTheEnd(lengths: readonly number[], connections: number): boolean {
  if (lengths.length < leastLooks) return false;
  const before = Math.max(...lengths.slice(0, Math.floor(lengths.length / 2)));
  const after = Math.min(...lengths.slice(-Math.floor(lengths.length / 4)));
  return after > before && after > connections;
}
