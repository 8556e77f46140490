import type { EngineId } from '../../base/engine.ts';
import { maxCount, tidy, wholeMs } from '../../base/units.ts';

interface StatementLimit {
  /** The variable of the session that stops a statement after a time. */
  readonly variable: string;
  readonly set: string;
  readonly unitMs: number;
  /** What a reader should know of it. */
  readonly note: string;
}

const limits: Readonly<Record<EngineId, StatementLimit>> = {
  postgres: {
    variable: 'statement_timeout',
    set: 'SET statement_timeout',
    unitMs: 1,
    note: 'ms, on the server; not through a transaction pooler',
  },
  mysql: {
    variable: 'max_execution_time',
    set: 'SET SESSION max_execution_time',
    unitMs: 1,
    note: 'ms, on the server; MySQL stops only SELECT by it',
  },
  mariadb: {
    variable: 'max_statement_time',
    set: 'SET SESSION max_statement_time',
    unitMs: 1_000,
    note: 'seconds, on the server',
  },
};

/** SQL for the start of a session, after which the server itself ends a statement that takes longer. */
export function statementLimit(
  engine: EngineId,
  ms: number,
): Pick<StatementLimit, 'variable' | 'note'> & { readonly sql: string } {
  const { variable, set, unitMs, note } = limits[engine];
  return { variable, sql: `${set} = ${wholeMs(ms) / unitMs}`, note };
}

/** The time in such SQL, in ms; undefined for any other SQL. */
export function readStatementLimit(sql: string): number | undefined {
  for (const { variable, unitMs } of Object.values(limits)) {
    const pattern = new RegExp(
      `^\\s*SET\\s+(?:SESSION\\s+)?${variable}\\s*(?:=|TO)\\s*'?(\\d+(?:\\.\\d+)?)'?\\s*;?\\s*$`,
      'i',
    );
    const amount = pattern.exec(sql)?.[1];
    if (amount !== undefined) return tidy(Number(amount) * unitMs);
  }
  return undefined;
}

/** As many clients as a pooler can be told; nothing reaches it, so it stands for any number of waiting requests. */
export const anyNumberOfClients = maxCount;
