/** With so many targets, all at once are no load worth spreading. */
const mostAtOnce = 20;

/** When the first look of a target is due, after the start: targets of a long list are spread over the interval by their names. */
export function firstLookAfterMs(name: string, intervalMs: number, targets: number): number {
  return targets <= mostAtOnce ? 0 : Math.floor(hash(name) * intervalMs);
}

/** When the look after the one of `dueMs` is due; those whose time has passed, as when the machine slept, are left out. */
export function nextLookMs(dueMs: number, intervalMs: number, nowMs: number): number {
  const passed = Math.max(0, Math.floor((nowMs - dueMs) / intervalMs));
  return dueMs + (passed + 1) * intervalMs;
}

/** From 0 to below 1, evenly over names: FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), mixed once more. */
function hash(name: string): number {
  let bits = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) bits = Math.imul(bits ^ byte, 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits ^= bits >>> 13;
  return (bits >>> 0) / 2 ** 32;
}
