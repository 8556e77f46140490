import { placeFinder } from '../code/lines.ts';
import type { Stretch } from '../entry.ts';
import type { SourceAround } from '../sources/source-reader.ts';
import type { TextFile } from '../text-file.ts';
import type { Origin, Resolved, Scalar } from '../value.ts';
import { type ElixirExpression, elixirExpressionAt } from './expression.ts';
import type { ElixirToken } from './tokens.ts';

/** A chain of names longer than any of people. */
const mostSteps = 12;

/** What the expressions of a file come to, with the variables of an environment. */
export class ElixirValues {
  readonly spanOf: ReturnType<typeof placeFinder>;
  readonly #file: TextFile;
  readonly #tokens: readonly ElixirToken[];
  #assignments: ReadonlyMap<string, readonly number[]> | undefined;
  readonly #around: Pick<SourceAround, 'environment'>;

  constructor(file: TextFile, tokens: readonly ElixirToken[], around: Pick<SourceAround, 'environment'>) {
    this.#file = file;
    this.#tokens = tokens;
    this.#around = around;
    this.spanOf = placeFinder(file.file, file.text);
  }

  of(expression: ElixirExpression, steps = 0): Resolved {
    return this.#value(expression, steps) ?? this.#unknown('it is nil', expression);
  }

  /** Undefined for nil, and for a variable of the environment that no file sets. */
  #value(expression: ElixirExpression, steps: number): Resolved | undefined {
    if (steps > mostSteps) return this.#unknown('it is worked out in too many steps', expression);
    switch (expression.kind) {
      case 'number':
        return this.#known(expression.value, expression);
      case 'text':
        return expression.isFilledIn
          ? this.#unknown('a part of the text is not known', expression)
          : this.#known(expression.value, expression);
      case 'atom':
        // The one atom that settings of a pool are.
        return this.#known(expression.name === 'infinity' ? Number.MAX_SAFE_INTEGER : expression.name, expression);
      case 'name':
        return this.#name(expression, steps);
      case 'or': {
        const left = this.#value(expression.left, steps + 1);
        return left ?? this.#value(expression.right, steps + 1);
      }
      case 'call':
        return this.#call(expression, steps);
      default:
        return this.#unknown('it is worked out when the application starts', expression);
    }
  }

  #name(expression: ElixirExpression & { kind: 'name' }, steps: number): Resolved | undefined {
    const { name } = expression;
    if (name === 'nil') return undefined;
    if (name === 'true' || name === 'false') return this.#known(name === 'true', expression);
    const [only, other] = this.#assigned().get(name) ?? [];
    if (only === undefined || other !== undefined)
      return this.#unknown(`${name} is no constant of this file`, expression);
    return this.#value(elixirExpressionAt(this.#tokens, only + 2), steps + 1);
  }

  /** Where each name is assigned to. */
  #assigned(): ReadonlyMap<string, readonly number[]> {
    if (this.#assignments) return this.#assignments;
    const found = new Map<string, number[]>();
    for (const [index, { kind, text }] of this.#tokens.entries()) {
      if (kind !== 'name' || this.#tokens[index + 1]?.text !== '=') continue;
      const others = found.get(text);
      if (others) others.push(index);
      else found.set(text, [index]);
    }
    this.#assignments = found;
    return found;
  }

  #call({ name, args, ...at }: ElixirExpression & { kind: 'call' }, steps: number): Resolved | undefined {
    const [first, second] = args;
    if (first && name === 'String.to_integer') return this.#integer(this.#value(first, steps + 1), at);
    if (first && /^System\.(?:get_env|fetch_env!)$/.test(name)) {
      const variable = this.#value(first, steps + 1);
      if (variable?.kind !== 'known') return this.#unknown('the name of a variable is not known', at);
      return this.#variable(String(variable.value), second, name === 'System.fetch_env!', at, steps);
    }
    return this.#unknown(`${name}() works it out when the application starts`, at);
  }

  #variable(
    name: string,
    otherwise: ElixirExpression | undefined,
    isNeeded: boolean,
    at: Stretch,
    steps: number,
  ): Resolved | undefined {
    const variable: Origin = { kind: 'environment', text: name, place: this.spanOf(at) };
    const values = this.#around.environment.valuesOf(name, this.#file.file);
    const [only, other] = values;
    if (only && !other) return { ...only, origins: [variable, ...only.origins] };
    if (other) {
      const candidates = values.filter((value) => value.kind === 'known');
      return { kind: 'unknown', why: `${name} has several values`, origins: [variable], candidates };
    }
    const value = otherwise && this.#value(otherwise, steps + 1);
    if (value) return { ...value, origins: [{ kind: 'default', text: `default of ${name}` }, ...value.origins] };
    return isNeeded
      ? { kind: 'unknown', why: `${name} is set in no file of the project`, origins: [variable] }
      : undefined;
  }

  #integer(value: Resolved | undefined, at: Stretch): Resolved | undefined {
    if (value?.kind !== 'known') return value;
    const number = Number(String(value.value).replaceAll('_', ''));
    return Number.isInteger(number) ? { ...value, value: number } : this.#unknown('it is no number', at);
  }

  #known(value: Scalar, at: Stretch): Resolved {
    return { kind: 'known', value, origins: [{ kind: 'literal', text: 'literal', place: this.spanOf(at) }] };
  }

  #unknown(why: string, at: Stretch): Resolved {
    const place = this.spanOf(at);
    return { kind: 'unknown', why, origins: [{ kind: 'literal', text: `${place.file}:${place.line}`, place }] };
  }
}
