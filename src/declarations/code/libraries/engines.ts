import type { EngineId } from '../../../base/engine.ts';
import type { Abstract } from '../values/abstract.ts';
import { alternativesOf, firstOfKind } from '../values/make.ts';

const engines: Readonly<Record<string, EngineId>> = {
  pg: 'postgres',
  'pg-native': 'postgres',
  pgnative: 'postgres',
  postgres: 'postgres',
  postgresql: 'postgres',
  'aurora-postgres': 'postgres',
  cockroachdb: 'postgres',
  mysql: 'mysql',
  mysql2: 'mysql',
  'aurora-mysql': 'mysql',
  mariadb: 'mariadb',
};

/**
 * The engine by the option of an ORM that names it; `other` is one without a pool that poolctl knows: SQLite, Oracle.
 * Undefined where it is not known, or may be PostgreSQL or MySQL.
 */
export function engineNamed(name: Abstract | undefined): EngineId | 'other' | undefined {
  const found =
    name === undefined ? [] : alternativesOf(name).flatMap((one) => (one.kind === 'scalar' ? [one.value] : []));
  const names = found.filter((value) => typeof value === 'string').map((value) => value.toLowerCase());
  if (names.length === 0) return undefined;
  const known = names.flatMap((one) => (Object.hasOwn(engines, one) ? (engines[one] ?? []) : []));
  const [first, ...others] = known;
  if (first === undefined) return 'other';
  return others.every((other) => (other === 'postgres') === (first === 'postgres')) ? first : undefined;
}

/** The engine by the scheme of a URL. */
export function engineOfUrl(url: Abstract | undefined): EngineId | 'other' | undefined {
  const known = url && (firstOfKind(url, 'scalar')?.value ?? firstOfKind(url, 'unknown')?.partial);
  const scheme = typeof known === 'string' ? /^([a-z0-9]+)(?:\+[a-z0-9]+)?:/i.exec(known)?.[1] : undefined;
  return scheme === undefined ? undefined : engineNamed({ kind: 'scalar', value: scheme, origins: [] });
}

/** An option of the first object that has it. */
export function optionNamed(options: Abstract | undefined, ...path: readonly string[]): Abstract | undefined {
  let found = options;
  for (const name of path) found = found && firstOfKind(found, 'object')?.properties.get(name)?.value();
  return found;
}
