import { PoolctlError } from '../../base/errors.ts';
import { type DeclaredEntry, shownKey } from '../../declarations/entry.ts';
import { isSameKey } from './spelling.ts';

const usual = 'spring.datasource';

/**
 * The key that a pool stands below in a file of Spring Boot: spring.datasource, or where an application with a data
 * source of its own has its only one (`app.datasource.main.hikari`).
 * @throws PoolctlError INPUT_CONTRADICTION where it has several
 */
export function springParent(entries: readonly DeclaredEntry[], block: string, file: string): string {
  const below = new RegExp(`^(.+)\\.${block}\\.`, 'i');
  const parents = new Set(entries.flatMap(({ key }) => below.exec(key)?.[1] ?? []));
  const [first = usual, second] = parents;
  if ([...parents].some((parent) => isSameKey(parent, usual, true))) return usual;
  if (second === undefined) return first;
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `${file} has several pools: ${[...parents].map((parent) => shownKey(`${parent}.${block}`)).join(', ')}.`,
    { hint: 'Put the snippet in place by hand.' },
  );
}

/** The keys that say which server the pool is for; the file may speak of others too. */
export function serverKeysOf(parent: string, block: string): RegExp {
  return new RegExp(`^${parent.replace(/\W/g, '\\$&')}\\.(?:${block}\\.)?[^.]+$`, 'i');
}

/** The path below spring.datasource as a path below another key. */
export function pathBelow(parent: string, path: readonly string[]): readonly string[] {
  return [...parent.split('.'), ...path.slice(usual.split('.').length)];
}
