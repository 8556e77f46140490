import type { Stretch } from '../entry.ts';
import { type CurlyExpression, curlyExpressionAt } from '../sources/curly-expression.ts';
import type { CurlyModule } from '../sources/curly-module.ts';

/** A call of a function of a package, and the name that keeps its first result. */
export interface GoCall extends Stretch {
  readonly path: string;
  readonly args: readonly CurlyExpression[];
  readonly name?: string | undefined;
}

/** All calls whose path the pattern matches, with the import's own name before the dot. */
export function callsIn({ tokens, bindings, language }: CurlyModule, pattern: RegExp): GoCall[] {
  const names = new Map([...bindings.values()].flat().map(({ path, value }) => [value.start, path]));
  return tokens.flatMap((token, index): GoCall[] => {
    const before = tokens[index - 1]?.text;
    if (token.kind !== 'name' || before === '.' || before === 'func') return [];
    const [dot, method, open] = [tokens[index + 1], tokens[index + 2], tokens[index + 3]];
    if (dot?.text !== '.' || open?.text !== '(' || !pattern.test(`${token.text}.${method?.text}`)) return [];
    const { expression } = curlyExpressionAt(tokens, index, language);
    const call = firstCall(expression);
    return call
      ? [
          {
            path: `${token.text}.${method?.text}`,
            args: call.args,
            start: token.start,
            end: call.end,
            name: names.get(token.start),
          },
        ]
      : [];
  });
}

/** The innermost call of a chain. */
function firstCall(expression: CurlyExpression): Extract<CurlyExpression, { kind: 'call' }> | undefined {
  if (expression.kind === 'call') return expression.of.kind === 'path' ? expression : firstCall(expression.of);
  if (expression.kind === 'member' || expression.kind === 'index') return firstCall(expression.of);
  return expression.kind === 'binary' ? firstCall(expression.left) : undefined;
}
