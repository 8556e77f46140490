import type { EngineId } from '../../base/engine.ts';

const names: Readonly<Record<string, EngineId>> = {
  postgresql: 'postgres',
  postgres: 'postgres',
  mysql: 'mysql',
  mariadb: 'mariadb',
};

/** The engine of a `db_type`; undefined for one that has no pool here, such as oracle or mssql. */
export const engineOfType = (type: string): EngineId | undefined => names[type.trim().toLowerCase()];

/** For an error about a `db_type`. */
export const knownTypes = 'Known are postgresql, mysql and mariadb.';
