import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import { type Drivers, knownOptionsOf } from '../../declarations/known-options.ts';
import { nameFact } from '../../declarations/option-names.ts';
import type { KnownOption } from '../../declarations/options.ts';

/** The option that a misplaced one would be where its library reads it; undefined where it is in place, or no option at all. */
export function rightPlaceOf(name: string, pool: DeclaredPool, drivers: Drivers): KnownOption | undefined {
  const known = knownOptionsOf(pool, drivers).filter(({ perCall }) => !perCall);
  if (known.some((option) => option.name === name)) return undefined;
  const below = suffixesOf(name)
    .filter((suffix) => suffix.includes('.'))
    .map((suffix) => known.find((option) => option.name === suffix))
    .find((option) => option !== undefined);
  // `connection: { pool: { max } }`
  if (below) return below;
  const fact = nameFact(name, pool, drivers);
  if (fact.kind === 'of a pool')
    return known.find(({ concept, role }) => concept === fact.option.concept && role === 'main');
  if (fact.kind !== 'none' && fact.kind !== 'not known') return undefined;
  return known.find((option) => lastOf(option.name) === lastOf(name));
}

/** The last part of a name with dots. */
export function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** All but the last part, and '' where there is only one. */
export function objectOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function suffixesOf(name: string): string[] {
  const parts = name.split('.');
  return parts.slice(1).map((_, index) => parts.slice(index + 1).join('.'));
}
