/** One condition of a selector: `job="orders"`. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** A string of PromQL. */
export function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}

/** `name{job="orders"}`, or the name alone. */
export function selector(name: string, matchers: readonly Matcher[]): string {
  if (matchers.length === 0) return name;
  return `${name}{${matchers.map(({ label, operator, value }) => `${label}${operator}${quoted(value)}`).join(', ')}}`;
}

/** Whole seconds as Prometheus writes them: `90s`, `5m`, `1h`. */
export function promDuration(seconds: number): string {
  if (seconds > 0 && seconds % 3_600 === 0) return `${seconds / 3_600}h`;
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/** An expression and the labels, beside those of the target, that tell its series apart. */
export interface SeriesFigure {
  readonly expr: string;
  readonly labels: readonly string[];
}

/** `count by (job) (expr)`. */
export function aggregated(operator: string, labels: readonly string[], expr: string): string {
  return `${operator} (${labels.join(', ')}) ${isInParentheses(expr) ? expr : `(${expr})`}`;
}

function isInParentheses(expr: string): boolean {
  let depth = 0;
  const closes = [...expr].findIndex((letter) => {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    return depth === 0;
  });
  return expr.startsWith('(') && closes === expr.length - 1;
}

/** Two figures combined by an operator; the right one may lack some of the labels. */
export function combined(left: SeriesFigure, operator: '/' | '-', right: SeriesFigure): string {
  const lacking = left.labels.filter((label) => !right.labels.includes(label));
  const matching = lacking.length === 0 ? '' : ` ignoring (${lacking.join(', ')}) group_left`;
  return `${left.expr}\n  ${operator}${matching}\n${right.expr}`;
}
