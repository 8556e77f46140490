type Kind = 'string' | 'number' | 'boolean' | 'object' | 'function';

/** The kind that each field of an object may have; no other fields may be there. */
export type FieldKinds<Fields> = Readonly<Record<keyof Fields, Kind>>;

/**
 * Why an object cannot be meant: no object, a field that is unknown, or of another kind; undefined where it can. Values are
 * not told: an unknown field may be a password.
 */
export function wrongField<Fields>(given: unknown, kinds: FieldKinds<Fields>): string | undefined {
  if (kindOf(given) !== 'object') return `is ${named(given)}; it must be an object.`;
  for (const [name, value] of Object.entries(given as object)) {
    if (!Object.hasOwn(kinds, name)) return `has no "${name}"; it may have ${Object.keys(kinds).join(', ')}.`;
    const kind = kinds[name as keyof Fields];
    if (value !== undefined && kindOf(value) !== kind)
      return `has ${named(value)} as ${name}; it must be ${kind === 'object' ? 'an object' : `a ${kind}`}.`;
  }
  return undefined;
}

const kindOf = (value: unknown): string => (value === null ? 'null' : typeof value);

const named = (value: unknown): string =>
  value === null || value === undefined ? String(value) : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
