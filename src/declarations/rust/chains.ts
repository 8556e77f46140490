import type { Stretch } from '../entry.ts';
import { type CurlyExpression, curlyExpressionAt } from '../sources/curly-expression.ts';
import { type CurlyFunction, type CurlyModule, curlyFunctionAround } from '../sources/curly-module.ts';

/** A method of a chain, with the stretch from its name to its closing bracket. */
export interface Link extends Stretch {
  readonly name: string;
  readonly nameAt: Stretch;
  readonly args: readonly CurlyExpression[];
}

/** `PgPoolOptions::new().max_connections(5).connect(url)`: a function, and methods called on what it gives. */
export interface Chain extends Stretch {
  /** With dots: `PgPoolOptions.new`, `options.max_connections`. */
  readonly path: string;
  readonly args: readonly CurlyExpression[];
  readonly links: readonly Link[];
  /** The name that keeps the result. */
  readonly kept?: string | undefined;
  readonly within: CurlyFunction | undefined;
}

/** All chains of calls in a file. */
export function chainsIn({ tokens, bindings, functions }: CurlyModule): Chain[] {
  const names = new Map([...bindings.values()].flat().map(({ path, value }) => [value.start, path]));
  return tokens.flatMap((token, index): Chain[] => {
    const before = tokens[index - 1]?.text;
    const next = tokens[index + 1]?.text;
    if (token.kind !== 'name' || before === '.' || before === '::' || before === 'fn') return [];
    if (next !== '.' && next !== '::') return [];
    const { expression } = curlyExpressionAt(tokens, index, 'rust');
    const chain = rustChainOf(expression);
    return chain
      ? [{ ...chain, kept: names.get(token.start), within: curlyFunctionAround(functions, token.start) }]
      : [];
  });
}

/** The chain that an expression is; undefined where it is none. */
export function rustChainOf(expression: CurlyExpression): Omit<Chain, 'kept' | 'within'> | undefined {
  if (expression.kind !== 'call') return undefined;
  const { of, args, start, end } = expression;
  if (of.kind === 'path') return { path: of.path, args, links: [], start, end };
  const inner = of.kind === 'member' ? rustChainOf(of.of) : undefined;
  if (!inner || of.kind !== 'member') return undefined;
  const link = { name: of.name, nameAt: of.nameAt, args, start: of.nameAt.start, end };
  return { ...inner, links: [...inner.links, link], end };
}

/** The links of a chain, and the method that its path ends in, as in `options.max_connections(5)`. */
export function linksOf(chain: Chain): readonly Link[] {
  const name = chain.path.split('.').at(-1) ?? '';
  const behind = chain.links[0]?.start ?? chain.end;
  const nameAt = { start: chain.start, end: chain.start };
  return [{ name, nameAt, args: chain.args, start: chain.start, end: Math.min(behind, chain.end) }, ...chain.links];
}
