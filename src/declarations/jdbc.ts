import type { EngineId } from '../base/engine.ts';
import type { DeclaredEntry } from './entry.ts';
import type { DirectSetting } from './reader.ts';
import { jdbcDrivers } from './vocabulary/jdbc.ts';
import { readStatementLimit } from './vocabulary/statement-limit.ts';

const engines = Object.keys(jdbcDrivers) as EngineId[];

/** The engine that a JDBC URL or the class of a driver is for. */
export function jdbcEngine(text: string): EngineId | undefined {
  return (
    engines.find((engine) => {
      const { scheme, className } = jdbcDrivers[engine];
      return text === className || new RegExp(`^jdbc:(?:[\\w-]+:)*${scheme}:`).test(text);
    }) ?? (text === 'com.mysql.jdbc.Driver' ? 'mysql' : undefined)
  );
}

/** The connect timeout among the properties of a JDBC driver, in the unit that the driver has it in. */
export function jdbcConnectTimeout(
  property: string,
  text: string,
  entry: DeclaredEntry,
  engine: EngineId | undefined,
): DirectSetting[] {
  if (property !== 'connectTimeout' || !/^\d+$/.test(text) || engine === undefined) return [];
  const { unit } = jdbcDrivers[engine].connectTimeout;
  return [
    { ...entry, concept: 'connectTimeout', unit, value: Number(text), ms: Number(text) * (unit === 's' ? 1_000 : 1) },
  ];
}

/** The connect timeout behind the `?` of a JDBC URL. */
export function urlConnectTimeout(entry: DeclaredEntry, engine: EngineId | undefined): DirectSetting[] {
  const text = /[?&;]connectTimeout=(\d+)/.exec(String(entry.value))?.[1];
  return text === undefined ? [] : jdbcConnectTimeout('connectTimeout', text, entry, engine);
}

/** A query timeout in the SQL that starts a session. */
export function sessionQueryTimeout(entry: DeclaredEntry): DirectSetting[] {
  const ms = readStatementLimit(String(entry.value));
  return ms === undefined ? [] : [{ ...entry, concept: 'queryTimeout', unit: 'ms', value: ms, ms }];
}
