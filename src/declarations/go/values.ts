import type { Stretch } from '../entry.ts';
import type { CurlyCall, CurlyExpression } from '../sources/curly-expression.ts';
import type { CurlyValues } from '../sources/curly-values.ts';
import type { Resolved } from '../value.ts';

/** Nanoseconds, as Go counts a time.Duration. */
const unitNs: Readonly<Record<string, number>> = {
  'time.Nanosecond': 1,
  'time.Microsecond': 1e3,
  'time.Millisecond': 1e6,
  'time.Second': 1e9,
  'time.Minute': 60e9,
  'time.Hour': 3_600e9,
};

const conversions =
  /^(?:u?int(?:8|16|32|64)?|float64|string|time\.Duration|strconv\.(?:Atoi|ParseInt)|time\.ParseDuration)$/;

/** What Go makes of an expression beyond literals and names: units of time, conversions, variables of the environment. */
export function goValue(expression: CurlyExpression, values: CurlyValues, steps: number): Resolved | undefined {
  if (expression.kind === 'path') {
    const ns = unitNs[expression.path];
    return ns === undefined ? undefined : values.literal(ns, expression);
  }
  if (expression.kind !== 'call' || expression.of.kind !== 'path') return undefined;
  const { path } = expression.of;
  const [first] = expression.args;
  if (first && conversions.test(path)) return converted(path, values.of(first, steps + 1), expression, values);
  return variableOf(path, expression, values, steps);
}

/** `os.Getenv("X")`, and helpers of the program's own that take a name and a default: `getEnvInt("X", 25)`. */
function variableOf(path: string, call: CurlyCall & Stretch, values: CurlyValues, steps: number): Resolved | undefined {
  const [first, second] = call.args;
  if (first?.kind !== 'text' || !/^[A-Z][A-Z0-9_]*$/.test(first.value)) return undefined;
  if (/^os\.(?:Getenv|LookupEnv)$/.test(path)) return values.variable(first.value, undefined, call);
  if (call.args.length !== 2 || !second || !/env/i.test(path.split('.').at(-1) ?? '')) return undefined;
  const otherwise = values.of(second, steps + 1);
  const value = values.variable(first.value, otherwise, call);
  const isNumber = otherwise.kind === 'known' && typeof otherwise.value === 'number';
  return isNumber && value.kind === 'known' ? converted('int', value, call, values) : value;
}

function converted(path: string, value: Resolved, at: Stretch, values: CurlyValues): Resolved {
  if (value.kind !== 'known' || path === 'string' || path === 'time.ParseDuration') return value;
  const number = Number(value.value);
  return Number.isFinite(number) && String(value.value).trim() !== ''
    ? { ...value, value: number }
    : values.unknown('it is no number', at);
}

/** Nanoseconds as Go writes a duration, where they are whole milliseconds: `1h30m`, `500ms`. */
export function asDuration(value: Resolved): Resolved {
  if (value.kind !== 'known' || typeof value.value !== 'number') return value;
  const ms = value.value / 1e6;
  return Number.isInteger(ms) && ms > 0 ? { ...value, value: durationText(ms) } : value;
}

/** Milliseconds in the units that divide them: `1h30m`, `45s`, `500ms`. */
export function durationText(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = Math.floor(ms / 1_000) % 60;
  const rest = ms % 1_000;
  return [
    hours > 0 && `${hours}h`,
    minutes > 0 && `${minutes}m`,
    seconds > 0 && `${seconds}s`,
    (rest > 0 || ms === 0) && `${rest}ms`,
  ]
    .filter(Boolean)
    .join('');
}
