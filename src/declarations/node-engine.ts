import type { EngineId } from '../base/engine.ts';
import type { DeclaredEntry } from './entry.ts';

/** The id of the Node driver that an ORM uses for an engine. */
export const nodeDrivers: Readonly<Record<EngineId, string>> = { mysql: 'mysql2', mariadb: 'mysql2', postgres: 'pg' };

const engines: Readonly<Record<string, EngineId>> = {
  pg: 'postgres',
  postgres: 'postgres',
  postgresql: 'postgres',
  'pg-native': 'postgres',
  pgnative: 'postgres',
  mysql: 'mysql',
  mysql2: 'mysql',
  mariadb: 'mariadb',
};

/** The engine by the option of an ORM that names it. */
export function nodeEngine(
  entries: readonly Pick<DeclaredEntry, 'key' | 'value'>[],
  ...keys: string[]
): EngineId | undefined {
  const named = entries.find(({ key }) => keys.includes(key));
  const name = String(named?.value ?? '');
  return Object.hasOwn(engines, name) ? engines[name] : undefined;
}
