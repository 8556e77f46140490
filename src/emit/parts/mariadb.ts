import type { EmitInput, OptionsSet } from '../target.ts';
import { leastIdle } from './limits.ts';
import { setsStatementLimit } from './statement-limit.ts';

/** The query timeout of mariadb, which has the server end the statement; a server of MySQL refuses it. */
export function setsQueryTimeout({ settings: { queryTimeoutMs } }: Pick<EmitInput, 'settings'>): OptionsSet {
  return queryTimeoutMs === undefined ? {} : { queryTimeout: queryTimeoutMs };
}

/** What a pool of mariadb has of the options on which its behaviour depends. */
export function setsOnMariadb(input: EmitInput): OptionsSet {
  return {
    minimumIdle: leastIdle(input),
    ...(input.engine === 'mariadb' ? setsQueryTimeout(input) : setsStatementLimit(input)),
  };
}
