import { readStatementLimit } from '../vocabulary/statement-limit.ts';

const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A query timeout in text for the driver or the server, under the name that profiles have for it, in its unit. */
export interface WrittenLimit {
  readonly name: 'statement_timeout' | 'max_execution_time' | 'max_statement_time';
  readonly value: number;
}

/** `-c statement_timeout=5000`, as libpq takes it in `options`; PostgreSQL reads `5s` too. In ms. */
export function limitInOptions(options: string): WrittenLimit | undefined {
  const [, amount, unit = 'ms'] =
    /(?:-c\s*|--)statement[_-]timeout\s*=\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?(?![\w.])/i.exec(options) ?? [];
  return amount === undefined ? undefined : inMs(amount, unit);
}

/** `5000` or `5s`, as a setting of a session of PostgreSQL. In ms. */
export function limitOfSession(value: string): WrittenLimit | undefined {
  const [, amount, unit = 'ms'] = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/i.exec(value) ?? [];
  return amount === undefined ? undefined : inMs(amount, unit);
}

/** `SET SESSION max_statement_time = 1.5`, in the unit of its variable. */
export function limitInSql(sql: string): WrittenLimit | undefined {
  const ms = readStatementLimit(sql);
  if (ms === undefined) return undefined;
  if (/max_statement_time/i.test(sql)) return { name: 'max_statement_time', value: ms / 1_000 };
  return { name: /max_execution_time/i.test(sql) ? 'max_execution_time' : 'statement_timeout', value: ms };
}

function inMs(amount: string, unit: string): WrittenLimit {
  return { name: 'statement_timeout', value: Number(amount) * (unitMs[unit.toLowerCase()] ?? 1) };
}
