import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import type { FileContext } from '../project.ts';

/** The parameters of a URL among the options of a pool. */
export function parametersIn({ value }: DeclaredOption): readonly { name: string; value: string }[] {
  if (value.kind !== 'known' || typeof value.value !== 'string') return [];
  const query = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/[^?]*\?([^#]{1,5000})/i.exec(value.value)?.[1];
  if (query === undefined) return [];
  return query.split('&').map((pair) => {
    const [name = '', ...rest] = pair.split('=');
    return { name, value: rest.join('=') };
  });
}

/** The parameters that do nothing, by the profiles of the library and of the driver below it; with what each does instead. */
export function ignoredParameters(pool: DeclaredPool, profiles: FileContext['profiles']): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const own = new Set<string>();
  for (const id of [pool.library, pool.driver]) {
    const url = id === undefined ? undefined : profiles.get(id)?.url;
    if (!url) continue;
    for (const name of url.ignored ?? []) if (!own.has(name)) found.set(name, 'has no effect');
    if (typeof url.parameters !== 'object') continue;
    for (const { name, note } of url.parameters) {
      own.add(name);
      if (note !== undefined && /ONE connection/.test(note))
        found.set(name, 'makes a pool of one connection, because it is text,');
    }
  }
  return found;
}
