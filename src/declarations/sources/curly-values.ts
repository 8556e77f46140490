import type { Stretch } from '../entry.ts';
import type { Origin, Resolved, Scalar } from '../value.ts';
import type { CurlyExpression } from './curly-expression.ts';
import { type CurlyBinding, type CurlyModule, curlyFunctionAround } from './curly-module.ts';
import type { SourceAround } from './source-reader.ts';

/** What a language makes of a call, or of a name that is no binding of the file; undefined where it says nothing of it. */
export type LanguageValues = (expression: CurlyExpression, values: CurlyValues, steps: number) => Resolved | undefined;

/** A chain of names longer than any of people. */
const mostSteps = 12;

/** What the expressions of a file come to, with the variables of the environment. */
export class CurlyValues {
  readonly module: CurlyModule;
  readonly #around: SourceAround;
  readonly #language: LanguageValues;

  constructor(module: CurlyModule, around: SourceAround, language: LanguageValues) {
    this.module = module;
    this.#around = around;
    this.#language = language;
  }

  of(expression: CurlyExpression, steps = 0): Resolved {
    if (steps > mostSteps) return this.unknown('it is worked out in too many steps', expression);
    const special = this.#language(expression, this, steps);
    if (special) return special;
    if (expression.kind === 'number' || expression.kind === 'text') return this.literal(expression.value, expression);
    if (expression.kind === 'binary') return this.#arithmetic(expression, steps);
    if (expression.kind === 'path') return this.#named(expression, expression.path, steps);
    if (expression.kind === 'call') {
      const { of } = expression;
      const name = of.kind === 'path' ? of.path.split('.').at(-1) : of.kind === 'member' ? of.name : undefined;
      return this.unknown(`${name ?? 'a function'}() works it out when the program runs`, expression);
    }
    return this.unknown('the program works it out when it runs', expression);
  }

  literal(value: Scalar, at: Stretch): Resolved {
    const origin: Origin = { kind: 'literal', text: String(value), place: this.module.spanOf(at) };
    return { kind: 'known', value, origins: [origin] };
  }

  unknown(why: string, at: Stretch): Resolved {
    return { kind: 'unknown', why, origins: [{ kind: 'literal', text: why, place: this.module.spanOf(at) }] };
  }

  /** What the project's files set a variable to; else what the code has in its place. */
  variable(name: string, otherwise: Resolved | undefined, at: Stretch): Resolved {
    const variable: Origin = { kind: 'environment', text: name, place: this.module.spanOf(at) };
    const values = this.#around.environment.valuesOf(name, this.module.file);
    const [only, other] = values;
    if (only && !other) return { ...only, origins: [variable, ...only.origins] };
    if (other) {
      const candidates = values.filter((value) => value.kind === 'known');
      return { kind: 'unknown', why: `${name} has several values`, origins: [variable], candidates };
    }
    return otherwise
      ? { ...otherwise, origins: [{ kind: 'default', text: `default of ${name}` }, ...otherwise.origins] }
      : { kind: 'unknown', why: `${name} is set in no file of the project`, origins: [variable] };
  }

  /** The one place that gives a name its value, where it is used; undefined where there is none, or several. */
  bindingOf(path: string, at: number): CurlyBinding | undefined {
    const bindings = this.module.bindings.get(path) ?? [];
    const within = curlyFunctionAround(this.module.functions, at);
    const own = bindings.filter((binding) => binding.within !== undefined && binding.within === within);
    const [only, other] = own.length > 0 ? own : bindings.filter((binding) => binding.within === undefined);
    return other ? undefined : only;
  }

  /** What a name stands for, through names; the expression itself where it is none of the file's. */
  followed(expression: CurlyExpression, steps = 0): CurlyExpression {
    if (expression.kind !== 'path' || steps > mostSteps) return expression;
    const binding = this.bindingOf(expression.path, expression.start);
    return binding && binding.value !== expression ? this.followed(binding.value, steps + 1) : expression;
  }

  #named(at: Stretch, path: string, steps: number): Resolved {
    if (path === 'true' || path === 'false') return this.literal(path === 'true', at);
    const binding = this.bindingOf(path, at.start);
    if (binding) {
      const value = this.of(binding.value, steps + 1);
      const origin: Origin = { kind: 'constant', text: path, place: this.module.spanOf(binding.nameAt) };
      return { ...value, origins: [...value.origins, origin] };
    }
    const why = this.module.bindings.has(path) ? `${path} is set in several places` : `it comes from ${path}`;
    return this.unknown(why, at);
  }

  #arithmetic(expression: Extract<CurlyExpression, { kind: 'binary' }>, steps: number): Resolved {
    const left = this.of(expression.left, steps + 1);
    const right = this.of(expression.right, steps + 1);
    if (left.kind !== 'known') return left;
    if (right.kind !== 'known') return right;
    const origins = [...left.origins, ...right.origins];
    if (typeof left.value === 'string' && typeof right.value === 'string' && expression.sign === '+') {
      return { kind: 'known', value: left.value + right.value, origins };
    }
    const value = worked(Number(left.value), expression.sign, Number(right.value));
    return typeof left.value === 'number' && typeof right.value === 'number' && Number.isFinite(value)
      ? { kind: 'known', value, origins }
      : this.unknown('the program works it out when it runs', expression);
  }
}

function worked(left: number, sign: string, right: number): number {
  if (sign === '+') return left + right;
  if (sign === '-') return left - right;
  if (sign === '*') return left * right;
  return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right;
}
