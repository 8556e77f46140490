/** A document as it is sent, and what of it was left out. */
export interface Sent {
  readonly document: Readonly<Record<string, unknown>>;
  /** A sentence; undefined where nothing was left out. */
  readonly said?: string;
}

interface CutPlace {
  readonly path: string;
  readonly kept: number;
  readonly of: number;
}

/** Entries of a list or table, and characters of a text, from mild to harsh. */
const steps = [1_000, 300, 100, 30, 10, 3, 1, 0];
const textOfEntry = 100;
/** An object of so many keys has fields, and is no table by name. */
const fieldsOfObject = 20;
/** Places that are named one by one. */
const mostPlaces = 20;
/** They stand beside the rest. */
const headOf = ['schema', 'poolctl'];

/**
 * Shortens lists, tables and texts of a document until it has at most so many characters as JSON. It stays a document of the
 * same form, and says in `cut` what it lacks.
 */
export function cutDocument(document: Readonly<Record<string, unknown>>, most: number): Sent {
  const length = JSON.stringify(document).length;
  if (length <= most) return { document };
  for (const step of steps) {
    const places: CutPlace[] = [];
    const shorter = Object.fromEntries(
      Object.entries(document).map(([key, value]) => [
        key,
        headOf.includes(key) ? value : cutValue(value, step, key, places),
      ]),
    );
    const cut = {
      characters: length,
      mostCharacters: most,
      places: places.slice(0, mostPlaces),
      morePlaces: Math.max(0, places.length - mostPlaces),
    };
    const sent = { ...shorter, cut };
    const said = saidOf(length, places);
    if (JSON.stringify(sent).length <= most) return { document: sent, said };
    if (step === 0) return { document: { ...sent, result: {}, warnings: [] }, said };
  }
  return { document };
}

function saidOf(length: number, places: readonly CutPlace[]): string {
  const entries = places.reduce((sum, { kept, of }) => sum + of - kept, 0);
  return `The document has ${length} characters, which is too long: ${entries} entries or characters were left out at ${places.length} places, which \`cut\` names.`;
}

function cutValue(value: unknown, step: number, path: string, places: CutPlace[]): unknown {
  if (typeof value === 'string') {
    const most = Math.max(step * textOfEntry, textOfEntry);
    if (value.length <= most) return value;
    places.push({ path, kept: most, of: value.length });
    return `${value.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`;
  }
  if (Array.isArray(value)) {
    if (value.length > step) places.push({ path, kept: step, of: value.length });
    return value.slice(0, step).map((one, index) => cutValue(one, step, `${path}[${index}]`, places));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const most = Math.max(step, fieldsOfObject);
  if (entries.length > most) places.push({ path, kept: most, of: entries.length });
  return Object.fromEntries(
    entries
      .slice(0, most)
      .map(([key, one]) => [
        key.slice(0, textOfEntry),
        cutValue(one, step, `${path}.${key.slice(0, textOfEntry)}`, places),
      ]),
  );
}
