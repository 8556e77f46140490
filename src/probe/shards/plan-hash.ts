import { createHash } from 'node:crypto';

/** SHA-256, in hex, of all that a plan says but its own `hash`, whatever the order of its keys. */
export function hashOfPlan({ hash: _, ...said }: { readonly hash?: unknown; readonly id?: unknown }): string {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(said)))
    .digest('hex');
}

/** Keys by their names at every depth; what JSON does not write is left out, as it is in the file. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}
