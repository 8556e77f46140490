import { maxDurationMs } from '../../base/units.ts';
import { durationText } from '../go/values.ts';
import type { CurlyCall, CurlyExpression } from '../sources/curly-expression.ts';
import type { CurlyValues } from '../sources/curly-values.ts';
import type { Resolved } from '../value.ts';

/** Milliseconds in the amount that each function of Duration takes. */
const unitMs: Readonly<Record<string, number>> = {
  from_nanos: 1e-6,
  from_micros: 1e-3,
  from_millis: 1,
  from_secs: 1_000,
  from_secs_f32: 1_000,
  from_secs_f64: 1_000,
  from_mins: 60_000,
  from_hours: 3_600_000,
};

/** Methods that leave a value what it is. */
const passing =
  /^(?:into|unwrap|expect|to_string|to_owned|clone|as_str|as_deref|ok|unwrap_or_default|try_into|map_err|context)$/;

/** What Rust makes of an expression beyond literals and names: Duration, Option, variables of the environment. */
export function rustValue(expression: CurlyExpression, values: CurlyValues, steps: number): Resolved | undefined {
  if (expression.kind === 'path') return ofPath(expression.path, expression, values);
  if (expression.kind !== 'call') return undefined;
  const { of, args } = expression;
  const [first] = args;
  if (of.kind === 'path') {
    const unit = /(?:^|\.)Duration\.(\w+)$/.exec(of.path)?.[1];
    if (unit !== undefined && first) return ofDuration(unit, expression, values, steps);
    if (first && /^(?:Some|Ok|(?:u|i)(?:8|16|32|64|128|size)\.from|String\.from|NonZero\w*\.new)$/.test(of.path)) {
      return values.of(first, steps + 1);
    }
    if (first?.kind === 'text' && isVariable(expression)) return values.variable(first.value, undefined, expression);
    return undefined;
  }
  if (of.kind !== 'member') return undefined;
  if (/^unwrap_or(?:_else)?$/.test(of.name) && first) return orElse(of.of, first, expression, values, steps);
  const inner = /^parse$/.test(of.name) || passing.test(of.name) ? values.of(of.of, steps + 1) : undefined;
  return of.name === 'parse' && inner ? parsed(inner) : inner;
}

function ofPath(path: string, expression: CurlyExpression, values: CurlyValues): Resolved | undefined {
  if (path === 'None') return values.literal(null, expression);
  if (/(?:^|\.)Duration\.ZERO$/.test(path)) return values.literal('0s', expression);
  return /(?:^|\.)Duration\.MAX$/.test(path) ? values.literal(Number.MAX_SAFE_INTEGER, expression) : undefined;
}

/** A duration as text with its unit, or as ms where it is longer than any that a text may have. */
function ofDuration(
  unit: string,
  { args, start, end }: CurlyCall & { start: number; end: number },
  values: CurlyValues,
  steps: number,
): Resolved | undefined {
  const [first, second] = args;
  const amount = first && values.of(first, steps + 1);
  const nanos = second && values.of(second, steps + 1);
  const factor = unit === 'new' ? 1_000 : unitMs[unit];
  if (factor === undefined || amount?.kind !== 'known') return amount;
  const ms = Number(amount.value) * factor + (nanos?.kind === 'known' ? Number(nanos.value) / 1e6 : 0);
  if (!Number.isFinite(ms)) return values.unknown('it is no number', { start, end });
  return { ...amount, value: ms > maxDurationMs || !Number.isInteger(ms) ? ms : durationText(ms) };
}

/** `env::var("X")…unwrap_or(5)`: the variable, or what stands in its place. */
function orElse(
  inner: CurlyExpression,
  otherwise: CurlyExpression,
  at: CurlyExpression,
  values: CurlyValues,
  steps: number,
): Resolved {
  const name = variableIn(inner);
  const value = values.of(inner, steps + 1);
  if (name === undefined || value.kind === 'known') return value;
  const preset = values.of(otherwise, steps + 1);
  const isNumber = preset.kind === 'known' && typeof preset.value === 'number';
  const variable = values.variable(name, preset, at);
  return isNumber ? parsed(variable) : variable;
}

function isVariable({ of }: CurlyCall): boolean {
  return of.kind === 'path' && /(?:^|\.)env\.var$|^(?:dotenv|dotenvy)\.var$/.test(of.path);
}

function variableIn(expression: CurlyExpression): string | undefined {
  if (expression.kind === 'member') return variableIn(expression.of);
  if (expression.kind !== 'call') return undefined;
  const [first] = expression.args;
  if (isVariable(expression)) return first?.kind === 'text' ? first.value : undefined;
  return variableIn(expression.of);
}

/** A text that is a number becomes one. */
function parsed(value: Resolved): Resolved {
  if (value.kind !== 'known' || typeof value.value !== 'string') return value;
  const number = Number(value.value);
  return value.value.trim() !== '' && Number.isFinite(number) ? { ...value, value: number } : value;
}
