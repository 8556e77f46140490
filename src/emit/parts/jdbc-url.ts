import { wholeMs } from '../../base/units.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import type { EmitInput } from '../target.ts';
import { wholeSeconds } from './amounts.ts';

/** A property of the JDBC driver, with its unit in words. */
export interface DriverProperty {
  readonly name: string;
  readonly value: number;
  readonly unit: 'seconds' | 'ms';
}

/**
 * The connect timeout as the JDBC driver takes it.
 * @throws PoolctlError INPUT_CONTRADICTION where pgjdbc is to have a part of a second
 */
export function connectProperty({ settings, engine }: EmitInput): DriverProperty {
  const { property: name, unit } = jdbcDrivers[engine].connectTimeout;
  const ms = settings.connectTimeoutMs;
  return unit === 's'
    ? { name, value: wholeSeconds(ms, 'pgjdbc', 'connect timeout'), unit: 'seconds' }
    : { name, value: wholeMs(ms), unit: 'ms' };
}

/** What stands behind the `?` of a JDBC URL: the connect timeout, and the query timeout as a setting of the session. */
export function jdbcParameters(input: EmitInput): string {
  const { name, value } = connectProperty(input);
  return [`${name}=${value}`, ...sessionParameters(input)].join('&');
}

function sessionParameters({ settings: { queryTimeoutMs }, engine }: EmitInput): string[] {
  if (queryTimeoutMs === undefined) return [];
  const [variable, amount] = statementLimit(engine, queryTimeoutMs)
    .sql.replace(/^SET (?:SESSION )?/, '')
    .split(' = ');
  return [engine === 'postgres' ? `options=-c%20${variable}%3D${amount}` : `sessionVariables=${variable}=${amount}`];
}
