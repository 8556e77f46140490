import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import type { EmitInput, OptionsSet } from '../target.ts';

/** For `sets` of a target whose sessions have the query timeout as a variable of the server, which ends the statement. */
export function setsStatementLimit({ settings: { queryTimeoutMs }, engine }: EmitInput): OptionsSet {
  return queryTimeoutMs === undefined ? {} : { [statementLimit(engine, queryTimeoutMs).variable]: queryTimeoutMs };
}
