import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { LoadValue } from '../../drivers/driver.ts';
import { tokensOf } from './tokens.ts';

/** A statement with the driver's placeholders, and the variables behind them in their order. */
export interface BoundText {
  readonly text: string;
  readonly parameters: readonly string[];
}

/**
 * Replaces `:name` by placeholders: `$1` on PostgreSQL, where a name has the same number everywhere, and `?` on
 * MySQL and MariaDB. `resolve` says which variable a name stands for. `source` begins the error.
 * @throws PoolctlError VALUE_INVALID for a name without values, and for a placeholder in the text itself
 */
export function bindParameters(
  text: string,
  engine: EngineId,
  resolve: (name: string) => string | undefined,
  source: string,
): BoundText {
  const parameters: string[] = [];
  const parts = tokensOf(text, engine, source).map((token) => {
    if (token.kind === 'placeholder') throw barePlaceholder(token.text, source);
    if (token.kind !== 'variable') return token.text;
    const name = token.text.slice(1);
    const variable = resolve(name);
    if (variable === undefined) throw unknownVariable(name, source);
    if (engine !== 'postgres') {
      parameters.push(variable);
      return '?';
    }
    const before = parameters.indexOf(variable);
    return `$${before < 0 ? parameters.push(variable) : before + 1}`;
  });
  return { text: parts.join(''), parameters };
}

function unknownVariable(name: string, source: string): PoolctlError {
  return new PoolctlError('VALUE_INVALID', `${source}: no values are given for the variable :${name}.`, {
    hint: `Add --var ${name}=int:1..100000, or zipf:1..100000, uuid, list:a,b,c or csv:file.csv:column.`,
  });
}

function barePlaceholder(placeholder: string, source: string): PoolctlError {
  return new PoolctlError('VALUE_INVALID', `${source}: nothing says what ${placeholder} is.`, {
    hint: 'Write a variable with a name, such as :id, and add --var id=int:1..100000.',
  });
}

/** Replaces placeholders by literals, for EXPLAIN; the server takes their types from the context, as with placeholders. */
export function fillPlaceholders(text: string, engine: EngineId, values: readonly LoadValue[]): string {
  let next = 0;
  const parts = tokensOf(text, engine, 'the statement').map((token) => {
    if (token.kind !== 'placeholder') return token.text;
    const place = engine === 'postgres' ? Number(token.text.slice(1)) - 1 : next;
    next += 1;
    return sqlLiteral(values[place] ?? null, engine);
  });
  return parts.join('');
}

/** A value as SQL has it. */
export function sqlLiteral(value: LoadValue, engine: EngineId): string {
  if (value === null) return 'NULL';
  if (engine === 'postgres') {
    const escaped = String(value).replace(/['\\]/g, '$&$&');
    return escaped.includes('\\') ? ` E'${escaped}'` : `'${escaped}'`;
  }
  if (typeof value === 'number') return String(value);
  return `'${value.replace(/['\\]/g, '$&$&')}'`;
}
