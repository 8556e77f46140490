import type { EngineId } from '../../../base/engine.ts';
import { probeMark } from '../../../inspect/leftovers.ts';

/**
 * Where the tables of a run are. On PostgreSQL a schema, so that one statement removes all; on MySQL and MariaDB tables of
 * the DSN's database, because an ordinary user may make no other database. Temporary tables would be of one session alone.
 */
export interface TablePlace {
  table(name: string): string;
  readonly setup: readonly string[];
  /** Works also where the set-up got only half-way. */
  teardown(tables: readonly string[]): string[];
}

export function placeFor(engine: EngineId, runId: string): TablePlace {
  const prefix = `poolctl_probe_${runId}`;
  if (engine !== 'postgres') {
    const table = (name: string) => `${prefix}_${name}`;
    return { table, setup: [], teardown: (tables) => [`DROP TABLE IF EXISTS ${tables.map(table).join(', ')}`] };
  }
  return {
    table: (name) => `${prefix}.${name}`,
    setup: [`CREATE SCHEMA ${prefix}; COMMENT ON SCHEMA ${prefix} IS '${probeMark}'`],
    teardown: () => [`DROP SCHEMA IF EXISTS ${prefix} CASCADE`],
  };
}

/** UNLOGGED tables write no WAL, so that neither replicas nor backups get them. */
export function createTable(engine: EngineId, table: string, columns: string): string {
  return engine === 'postgres'
    ? `CREATE UNLOGGED TABLE ${table} (${columns})`
    : `CREATE TABLE ${table} (${columns}) ENGINE=InnoDB COMMENT='${probeMark}'`;
}

export function analyzeTable(engine: EngineId, table: string): string {
  return engine === 'postgres' ? `ANALYZE ${table}` : `ANALYZE TABLE ${table}`;
}

/** Rows from 0 to 10^digits - 1 as a table `r` with the column `n`; MySQL has no generator, and before 8.0 no recursion. */
export function numbers(engine: EngineId, digits: number): string {
  if (engine === 'postgres') return `generate_series(0, ${10 ** digits - 1}) AS r(n)`;
  const ten =
    '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
  const places = Array.from({ length: digits }, (_, place) => place);
  const sum = places.map((place) => `t${place}.d * ${10 ** place}`).join(' + ');
  return `(SELECT ${sum} AS n FROM ${places.map((place) => `${ten} AS t${place}`).join(' CROSS JOIN ')}) AS r`;
}
