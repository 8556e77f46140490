import type { DeclaredEntry } from '../entry.ts';
import type { PoolSection } from '../reader.ts';
import { entriesBelow, uniformName } from '../sections.ts';

/** The pool makers that Spring configurations have a section for. */
const makers = ['hikari', 'dbcp2', 'dbcp', 'tomcat', 'oracleucp', 'druid', 'c3p0', 'agroal'];

/** Sections of that name that are not a pool's: `server.tomcat.threads.max`. */
const notPools = /^(?:server|management|logging)(?:\.|$)/i;

/**
 * Where a Spring configuration has pools of one maker: below `druid` in `spring.datasource`, or below it in any other
 * place that the application binds itself. Their options keep `druid.` before them; what is beside, as `url`, has nothing.
 */
export function poolsBelow(entries: readonly DeclaredEntry[], maker: string): PoolSection[] {
  const below = new RegExp(`^(?:(.*?)\\.)?${maker}\\.(.+)$`, 'i');
  const parents = new Map<string, { parent: string; options: DeclaredEntry[] }>();
  for (const entry of entries) {
    const [, parent = '', rest] = below.exec(entry.key) ?? [];
    if (rest === undefined || notPools.test(parent)) continue;
    const known = parents.get(parent.toLowerCase()) ?? { parent, options: [] };
    known.options.push({ ...entry, key: `${maker}.${rest}` });
    parents.set(parent.toLowerCase(), known);
  }
  return [...parents.values()].map(({ parent, options }) => ({
    at: parent,
    entries: [...beside(entries, parent), ...options],
  }));
}

/** The keys of the data source itself, without what is below its pools. */
export function beside(entries: readonly DeclaredEntry[], parent: string): DeclaredEntry[] {
  const others = new RegExp(`^(?:${makers.join('|')}|dynamic|xa)\\.`, 'i');
  const within = entriesBelow(entries, parent).filter(({ key }) => !others.test(key));
  // Without a parent it is the whole file, which may be about anything.
  return parent === '' ? within.filter(({ key }) => !key.includes('.')) : within;
}

/**
 * Elements of an XML file that make a pool: a `Resource` of Tomcat or a `bean` of Spring, whose `factory`, `class` or `type`
 * is of that kind. They are called by their `id` or `name`. So is a data source of an application that binds it itself.
 */
export function elementsMarked(entries: readonly DeclaredEntry[], made: RegExp): PoolSection[] {
  const paths = entries
    .filter(({ key, value }) => /^(?!spring\.)(?:.*\.)?(?:factory|class|type)$/.test(key) && made.test(String(value)))
    .map(({ key }) => key.replace(/\.?[^.]+$/, ''));
  return [...new Set(paths)].map((path) => {
    const own = entriesBelow(entries, path);
    const name = own.find(({ key }) => key === 'id') ?? own.find(({ key }) => key === 'name');
    return { at: String(name?.value ?? path), entries: own };
  });
}

/** The value of a key in any spelling that Spring takes, or undefined. */
export function settingText(entries: readonly DeclaredEntry[], key: string): string | undefined {
  const entry = entries.find((candidate) => uniformName(candidate.key) === uniformName(key));
  return entry?.value === undefined || entry.value === null ? undefined : String(entry.value);
}

/** Keys of a file of Spring Boot are no options of a pool. */
export function isOfSpring(entries: readonly DeclaredEntry[]): boolean {
  return entries.some(({ key }) => /^(?:spring|server|management|logging)\b/.test(key));
}
