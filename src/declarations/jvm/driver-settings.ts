import type { EngineId } from '../../base/engine.ts';
import type { DeclaredEntry } from '../entry.ts';
import { jdbcConnectTimeout, jdbcEngine, sessionQueryTimeout, urlConnectTimeout } from '../jdbc.ts';
import type { DirectSetting, PickedOption } from '../reader.ts';
import { readStatementLimit } from '../vocabulary/statement-limit.ts';

/** The engine that the address or the class of the JDBC driver names among the options of a pool. */
export function engineOf(options: readonly PickedOption[]): EngineId | undefined {
  const named = options.filter(({ name }) => /^(?:url|jdbcUrl|driverClassName|driverClass)$/.test(name));
  // `${DATABASE_URL:jdbc:mysql://…}` has it in its default.
  return named.map(({ value }) => jdbcEngine(String(value).replace(/^\$\{[\w.-]+:/, ''))).find(Boolean);
}

/** The time limits that the JDBC driver has by its URL, by its properties, or by the SQL for the start of a session. */
export function driverSettings(
  options: readonly PickedOption[],
  engine: EngineId | undefined,
  initSql: readonly string[],
): DirectSetting[] {
  return options.flatMap((option) => {
    if (initSql.includes(option.name.replace(/\.\d+$/, ''))) return sessionQueryTimeout(option);
    if (option.name === 'url' || option.name === 'jdbcUrl')
      return [...urlConnectTimeout(option, engine), ...urlQueryTimeout(option)];
    const property = /^(?:connectionProperties|connectionProps|additionalJdbcProperties)\.(.+)$/.exec(option.name)?.[1];
    return property === undefined ? [] : jdbcConnectTimeout(property, String(option.value), option, engine);
  });
}

/** A query timeout of the server in a JDBC URL: `options=-c statement_timeout=1500`, `sessionVariables=max_statement_time=1.5`. */
export function urlQueryTimeout(entry: DeclaredEntry): DirectSetting[] {
  const parameter = /[?&](?:options|sessionVariables)=([^&]*)/.exec(String(entry.value))?.[1];
  const setting = /\b(?:statement_timeout|max_execution_time|max_statement_time)=[\d.]+/.exec(decoded(parameter ?? ''));
  const ms = setting ? readStatementLimit(`SET ${setting[0]}`) : undefined;
  return ms === undefined ? [] : [{ ...entry, concept: 'queryTimeout', unit: 'ms', value: ms, ms }];
}

/** As it stands, where it is not encoded as a URL should be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
