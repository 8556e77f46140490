import type { DeclaredEntry } from '../entry.ts';
import type { PickedOption } from '../reader.ts';

/** A place of a file that options can stand in, and those that its system reads there. */
export interface OptionPlace {
  /** Of the keys there, with the name of the option as the only group. */
  readonly keys: RegExp;
  /** As users know it: `[general]`. */
  readonly named: string;
  readonly reads: readonly string[];
}

/**
 * The entries with their names, where an option may stand in several places: the first place that has it decides. One that
 * is not read where it stands, or that another place decides over, does nothing. Of what is no option, such as a host, each
 * name is told once.
 */
export function inPlaces(entries: readonly DeclaredEntry[], places: readonly OptionPlace[]): PickedOption[] {
  const deciding = new Map<string, number>();
  const known = new Set(places.flatMap(({ reads }) => reads));
  const placed = entries.map((entry) => {
    const place = places.findIndex(({ keys }) => keys.test(entry.key));
    const name = places[place]?.keys.exec(entry.key)?.[1] ?? entry.key;
    const isRead = places[place]?.reads.includes(name) === true;
    const before = deciding.get(name);
    if (isRead && (before === undefined || place < before)) deciding.set(name, place);
    return { entry, name, place, isRead };
  });
  const told = new Set<string>();
  return placed.flatMap(({ entry, name, place, isRead }) => {
    if (!known.has(name) && told.has(name)) return [];
    told.add(name);
    const misplaced = known.has(name) ? whyNothing() : undefined;
    return [{ ...entry, name, ...(misplaced !== undefined && { misplaced }) }];

    function whyNothing(): string | undefined {
      if (!isRead) return `it is read in ${wordsFor(places.filter(({ reads }) => reads.includes(name)))} only`;
      const before = deciding.get(name);
      return before !== undefined && before < place ? `that of ${places[before]?.named} decides` : undefined;
    }
  });
}

/** Of several options that bound the same, only the least does something; 0 is no limit. */
export function leastBound(options: readonly PickedOption[], names: readonly string[]): PickedOption[] {
  const bounds = options.filter(({ name, misplaced }) => names.includes(name) && misplaced === undefined);
  const [least] = bounds
    .filter(({ value }) => Number(value) > 0)
    .sort((one, other) => Number(one.value) - Number(other.value));
  if (!least || bounds.length < 2) return [...options];
  return options.map((option) =>
    bounds.includes(option) && option !== least
      ? { ...option, misplaced: Number(option.value) === 0 ? '0 is no limit' : `${least.key} is smaller` }
      : option,
  );
}

function wordsFor(places: readonly OptionPlace[]): string {
  return places.map(({ named }) => named).join(' and ');
}
