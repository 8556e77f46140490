import type { DriverOptions } from '../profiles/driver.ts';
import type { Concept } from './concepts.ts';
import { optionsOf } from './options.ts';
import { uniformName } from './sections.ts';

/** What drivers mean by a name, by all of their profiles: the kinds of setting, each with the titles of those who have it. */
export type Synonyms = ReadonlyMap<string, ReadonlyMap<Concept, string>>;

const known = new WeakMap<ReadonlyMap<string, DriverOptions>, Synonyms>();

/** The names of options in all profiles; those of poolctl itself for a kind of setting mean that kind. */
export function synonymsIn(profiles: ReadonlyMap<string, DriverOptions>): Synonyms {
  const before = known.get(profiles);
  if (before) return before;
  const found = new Map<string, Map<Concept, string>>();
  for (const profile of profiles.values()) {
    for (const { name, concept, role, perCall } of optionsOf(profile)) {
      if (role === 'and' || perCall) continue;
      const key = uniformName(name.split('.').at(-1) ?? name);
      const meanings = found.get(key) ?? new Map<Concept, string>();
      if (!meanings.has(concept)) meanings.set(concept, profile.title.replace(/[,:(].*$/s, '').trim());
      found.set(key, meanings);
    }
  }
  known.set(profiles, found);
  return found;
}

/** The one kind of setting that a name means, wherever it has one. */
export function meantBy(name: string, synonyms: Synonyms): { concept: Concept; title?: string } | undefined {
  const own = ourNames.get(uniformName(name));
  if (own) return { concept: own };
  const [only, other] = synonyms.get(uniformName(name)) ?? [];
  return only && !other ? { concept: only[0], title: only[1] } : undefined;
}

const ourNames: ReadonlyMap<string, Concept> = new Map(
  (
    [
      ...['connectionLimit', 'queueLimit', 'acquireTimeout', 'connectTimeout', 'queryTimeout'],
      ...['minIdle', 'maxIdle', 'idleTimeout', 'maxLifetime'],
    ] as Concept[]
  ).map((concept) => [uniformName(concept), concept]),
);
