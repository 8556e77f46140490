import { textGap } from '../sources/connection-text.ts';
import type { CurlyExpression } from '../sources/curly-expression.ts';
import type { CurlyValues } from '../sources/curly-values.ts';

/** A chain of names longer than any of people. */
const mostSteps = 12;

/**
 * The text of a connection as far as it can be seen, with a gap for each part that is not known: a literal, a variable,
 * `fmt.Sprintf`, a sum, or a `url.URL` and its `String()`. Undefined where nothing of it can be seen.
 */
export function goText(expression: CurlyExpression, values: CurlyValues, steps = 0): string | undefined {
  if (steps > mostSteps) return undefined;
  const within = values.followed(expression);
  if (within.kind === 'object' && within.type === 'url.URL') {
    const query = within.fields.find(({ name }) => name === 'RawQuery')?.value;
    const text = query === undefined ? '' : goText(query, values, steps + 1);
    return `url:///?${text ?? textGap}`;
  }
  if (within.kind === 'binary' && within.sign === '+') {
    const [left, right] = [within.left, within.right].map((side) => goText(side, values, steps + 1));
    return left === undefined && right === undefined ? undefined : `${left ?? textGap}${right ?? textGap}`;
  }
  if (within.kind === 'call') {
    const { of, args } = within;
    const path = of.kind === 'path' ? of.path : '';
    if (path === 'fmt.Sprintf') return formatted(args, values, steps);
    const [owner, method] = [path.slice(0, path.lastIndexOf('.')), path.split('.').at(-1)];
    if (method === 'String' && args.length === 0) {
      const binding = values.bindingOf(owner, within.start);
      return binding && goText(binding.value, values, steps + 1);
    }
  }
  const value = values.of(within);
  return value.kind === 'known' ? String(value.value) : undefined;
}

function formatted(args: readonly CurlyExpression[], values: CurlyValues, steps: number): string | undefined {
  const [format, ...rest] = args;
  const pattern = format && goText(format, values, steps + 1);
  let next = 0;
  return pattern?.replace(/%(?:%|[-+# 0]*[\d.]*[a-zA-Z])/g, (verb) => {
    if (verb === '%%') return '%';
    const given = rest[next];
    next += 1;
    return (given && goText(given, values, steps + 1)) ?? textGap;
  });
}
