import { createHmac, randomBytes } from 'node:crypto';

/** Of this process: a fingerprint that is logged cannot be guessed at elsewhere. */
const key = randomBytes(32);
const identities = new WeakMap<object, number>();
let known = 0;

/** The same for the same values, in any order; functions and secrets count by their identity, or by their `origin`. */
export function definitionFingerprint(value: object): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(canonical(value)))
    .digest('base64url');
}

function canonical(value: unknown): unknown {
  if (typeof value === 'function') return { identity: identityOf(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return 'origin' in value && typeof value.origin === 'string'
      ? { origin: value.origin }
      : { identity: identityOf(value) };
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, part]) => [name, canonical(part)]),
  );
}

function identityOf(value: object): number {
  const found = identities.get(value) ?? ++known;
  identities.set(value, found);
  return found;
}
