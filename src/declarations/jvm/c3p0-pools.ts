import type { DeclaredEntry } from '../entry.ts';
import type { PoolSection } from '../reader.ts';
import { entriesBelow } from '../sections.ts';
import { overridden } from './druid-pools.ts';
import { elementsMarked, poolsBelow } from './pool-entries.ts';

/** The pools of c3p0 that a configuration makes, their options below `c3p0.`, or below `hibernate.c3p0.` where Hibernate has them. */
export function c3p0Pools(entries: readonly DeclaredEntry[]): PoolSection[] {
  const own = entriesBelow(entries, 'c3p0-config');
  if (own.length > 0) return configurations(own);
  const below = poolsBelow(entries, 'c3p0');
  const hibernate = below.filter(({ at }) => ofHibernate.test(at));
  const others = below.filter(({ at }) => !ofHibernate.test(at));
  return [
    ...hibernatePools(hibernate, entries),
    ...others.flatMap(namedConfigs),
    ...elementsMarked(entries, /\bcom\.mchange\.v2\.c3p0\./),
  ];
}

/** In hibernate.cfg.xml the names need no `hibernate.` before them. */
const ofHibernate = /(?:^|\.)(?:hibernate|session-factory(?:\.\d+)?)$/;

/** With the address that Hibernate is given. */
function hibernatePools(below: readonly PoolSection[], all: readonly DeclaredEntry[]): PoolSection[] {
  const url = all.find(({ value }) => /^jdbc:/.test(String(value)));
  const places = new Map<string, DeclaredEntry[]>();
  for (const { at, entries } of below) {
    const place = at.replace(/\.?hibernate$/, '');
    const options = entries.filter(({ key }) => key.startsWith('c3p0.'));
    places.set(place, [
      ...(places.get(place) ?? (url ? [{ ...url, key: 'url' }] : [])),
      ...options.map((entry) => ({ ...entry, key: `hibernate.${entry.key}` })),
    ]);
  }
  return [...places].map(([at, entries]) => ({ at, entries }));
}

/** `c3p0.named-configs.reports.maxPoolSize`: what is not set there is as it is for all. */
function namedConfigs({ at, entries }: PoolSection): PoolSection[] {
  const pattern = /^c3p0\.named-configs\.([^.]+)\./;
  const names = [...new Set(entries.flatMap(({ key }) => pattern.exec(key)?.[1] ?? []))];
  const common = entries.filter(({ key }) => !pattern.test(key));
  const isForAll = common.some(({ key }) => key.startsWith('c3p0.'));
  return [
    ...(isForAll || names.length === 0 ? [{ at, entries: common }] : []),
    ...names.map((name) => ({
      at: name,
      entries: overridden(common, prefixed(entriesBelow(entries, `c3p0.named-configs.${name}`))),
    })),
  ];
}

/** default-config and the named-config elements of c3p0-config.xml. */
function configurations(entries: readonly DeclaredEntry[]): PoolSection[] {
  const common = plain(entriesBelow(entries, 'default-config'));
  const paths = [...new Set(entries.flatMap(({ key }) => /^named-config(?:\.\d+(?=\.))?/.exec(key)?.[0] ?? []))];
  const named = paths.map((path) => {
    const own = entriesBelow(entries, path);
    const at = String(own.find(({ key }) => key === 'name')?.value ?? path);
    return { at, entries: overridden(common, plain(own.filter(({ key }) => key !== 'name'))) };
  });
  return [...(common.length > 0 || named.length === 0 ? [{ at: 'default-config', entries: common }] : []), ...named];
}

/** As the keys of c3p0.properties; those of single users keep apart. */
function plain(entries: readonly DeclaredEntry[]): DeclaredEntry[] {
  return prefixed(entries.filter(({ key }) => !/^user-overrides(?:\.\d+)?\.user$/.test(key)));
}

function prefixed(entries: readonly DeclaredEntry[]): DeclaredEntry[] {
  return entries.map((entry) => ({ ...entry, key: `c3p0.${entry.key}` }));
}
