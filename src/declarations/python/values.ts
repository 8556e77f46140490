import { placeFinder } from '../code/lines.ts';
import type { Stretch } from '../entry.ts';
import type { ReadFile } from '../text-file.ts';
import type { KnownValue, Origin, Resolved, Scalar } from '../value.ts';
import { expressionAt, type PythonCall, type PythonExpression, pathOf } from './expression.ts';
import { fileOfModule, type PythonAssignment, type PythonModule, pythonModule } from './module.ts';
import { pythonTokens } from './tokens.ts';

/** What a value comes to; undefined for None, and for a variable without a default that may be missing. */
type Value = Resolved | undefined;

/** Where variables have their values: an `Environment`, or those of one container. */
export interface PythonEnvironment {
  valuesOf(name: string, fromFile: string): readonly Resolved[];
}

/** A chain of names longer than any of people. */
const mostSteps = 12;

/** What the expressions of a module come to, with the variables of an environment. */
export class PythonValues {
  readonly #module: PythonModule;
  readonly #environment: PythonEnvironment;
  readonly #read: ReadFile;
  readonly #steps: number;
  readonly #spanOf: ReturnType<typeof placeFinder>;

  constructor(module: PythonModule, around: { environment: PythonEnvironment; read: ReadFile }, steps = 0) {
    this.#module = module;
    this.#environment = around.environment;
    this.#read = around.read;
    this.#steps = steps;
    this.#spanOf = placeFinder(module.file, module.text);
  }

  spanOf(stretch: Stretch) {
    return this.#spanOf(stretch);
  }

  /** The dictionary that an expression is, followed through names; undefined where it cannot be seen. */
  dictOf(expression: PythonExpression, steps = 0): Extract<PythonExpression, { kind: 'dict' }> | undefined {
    if (expression.kind === 'dict') return expression;
    if (expression.kind === 'call' && pathOf(expression.of) === 'dict' && expression.args.length === 0) {
      return {
        kind: 'dict',
        entries: expression.named,
        spreads: expression.spreads,
        start: expression.start,
        end: expression.end,
      };
    }
    if (expression.kind !== 'name' || steps > mostSteps || isAltered(expression.name, this.#module)) return undefined;
    const only = this.#assigned(expression.name);
    return only && this.dictOf(only.value, steps + 1);
  }

  of(expression: PythonExpression): Resolved {
    return this.#value(expression, 0) ?? this.#unknown('it is None', expression);
  }

  /** The value of an option, for which None may mean something. */
  settingOf(expression: PythonExpression): Resolved {
    const isNone = expression.kind === 'name' && expression.name === 'None';
    return isNone ? this.#known(null, expression) : this.of(expression);
  }

  #value(expression: PythonExpression, steps: number): Value {
    if (steps > mostSteps) return this.#unknown('it is worked out in too many steps', expression);
    const value = (of: PythonExpression) => this.#value(of, steps + 1);
    switch (expression.kind) {
      case 'number':
        return this.#known(expression.value, expression);
      case 'text':
        return expression.isFormat ? this.#format(expression, steps) : this.#known(expression.value, expression);
      case 'name':
        return this.#name(expression, steps);
      case 'attribute':
        return this.#attribute(expression, steps);
      case 'item':
        return isEnviron(expression.of)
          ? this.#variable(expression.key, undefined, steps, true)
          : this.#unknown('it is an item of something', expression);
      case 'call':
        return this.#call(expression, steps);
      case 'or':
        return either(value(expression.left), () => value(expression.right));
      case 'choice':
        return this.#choice(expression.arms.map(value), expression);
      case 'arithmetic':
        return this.#arithmetic(expression.sign, value(expression.left), value(expression.right), expression);
      default:
        return this.#unknown('it is worked out when the program runs', expression);
    }
  }

  #known(value: Scalar, at: Stretch): KnownValue {
    const place = this.#spanOf(at);
    return { kind: 'known', value, origins: [{ kind: 'literal', text: 'literal', place }] };
  }

  #unknown(why: string, at: Stretch): Resolved {
    const place = this.#spanOf(at);
    return { kind: 'unknown', why, origins: [{ kind: 'literal', text: `${place.file}:${place.line}`, place }] };
  }

  #name(expression: PythonExpression & { kind: 'name' }, steps: number): Value {
    const { name } = expression;
    if (name === 'None') return undefined;
    if (name === 'True' || name === 'False') return this.#known(name === 'True', expression);
    const own = this.#assigned(name);
    if (own) return this.#through(name, own, steps);
    const imported = this.#module.imports.find((one) => one.name === name && one.original !== undefined);
    const found = imported && this.#imported(imported.module)?.ofName(imported.original ?? name);
    return found ?? this.#unknown(`${name} is no constant of this file`, expression);
  }

  /** The value of a name of this module, for another one. */
  ofName(name: string): Resolved | undefined {
    const own = this.#assigned(name);
    return own && this.#through(name, own, 0);
  }

  /** `settings.pool_size`: a field of a class of settings, here or in the module that it comes from. */
  #attribute(expression: PythonExpression & { kind: 'attribute' }, steps: number): Value {
    const owner = pathOf(expression.of)?.split('.')[0];
    const here = this.ofField(expression.name, steps);
    if (here) return here;
    const imported = this.#module.imports.find(({ name }) => name === owner);
    const from = imported && (this.#imported(submodule(imported)) ?? this.#imported(imported.module));
    return (
      from?.ofField(expression.name, 0) ??
      from?.ofName(expression.name) ??
      this.#unknown(`${expression.name} is no setting that can be seen`, expression)
    );
  }

  /** A field that one class of this module gives a value; one of pydantic's settings is a variable too. */
  ofField(name: string, steps: number): Resolved | undefined {
    const [only, other] = this.#module.assignments.filter((one) => one.name === name && one.ofClass);
    if (!only || other) return undefined;
    if (only.ofClass?.bases.some((base) => /^Base(?:Settings|Config)$/.test(base))) return this.#setting(only, steps);
    return this.#through(name, only, steps);
  }

  /** pydantic-settings: the variable of the field's name in capitals, after a prefix, or the one that Field names; else its default. */
  #setting(field: PythonAssignment, steps: number): Resolved {
    const call = field.value.kind === 'call' && pathOf(field.value.of) === 'Field' ? field.value : undefined;
    const named = (name: string) => call?.named.find((one) => one.name === name)?.value;
    const given = named('validation_alias') ?? named('alias') ?? named('env');
    const prefix = this.#prefixOf(field);
    const variable = given?.kind === 'text' ? given.value : `${prefix}${field.name}`;
    const otherwise = call ? (named('default') ?? call.args[0]) : field.value;
    const upper = variable.toUpperCase();
    const found = this.#variableNamed(upper, otherwise, steps, field.at);
    return found ?? this.#unknown(`${upper} is set in no file of the project`, field.at);
  }

  #prefixOf({ ofClass }: PythonAssignment): string {
    const own = this.#module.assignments.filter((one) => one.ofClass === ofClass);
    const config = own.find(({ name }) => name === 'model_config')?.value;
    const prefix = config?.kind === 'call' ? config.named.find(({ name }) => name === 'env_prefix')?.value : undefined;
    return prefix?.kind === 'text' ? prefix.value : '';
  }

  #assigned(name: string): PythonAssignment | undefined {
    const [only, other] = this.#module.assignments.filter((one) => one.name === name && one.isModuleLevel);
    return other ? undefined : only;
  }

  #through(name: string, { value, at }: PythonAssignment, steps: number): Resolved {
    const found = this.#value(value, steps + 1) ?? this.#unknown(`${name} is None`, at);
    const place = this.#spanOf(at);
    return { ...found, origins: [...found.origins, { kind: 'constant', text: `${name} in ${place.file}`, place }] };
  }

  #imported(module: string): PythonValues | undefined {
    const file = this.#steps > mostSteps ? undefined : fileOfModule(module, this.#module.file, this.#read);
    const text = file === undefined || file === this.#module.file ? undefined : this.#read(file);
    if (file === undefined || text === undefined) return undefined;
    const around = { environment: this.#environment, read: this.#read };
    return new PythonValues(moduleOf(file, text), around, this.#steps + 1);
  }

  #call(expression: PythonCall, steps: number): Value {
    const { of, args, named } = expression;
    const path = pathOf(of) ?? '';
    const [first, second] = args;
    const last = path.split('.').at(-1) ?? '';
    if (first && args.length === 1 && /^(?:int|float|str|SecretStr|bool)$/.test(path)) {
      return this.#converted(path, this.#value(first, steps + 1), expression);
    }
    const isEnvironment = /^(?:os\.)?(?:getenv|environ\.get)$/.test(path);
    // django-environ, environs, python-decouple, Starlette: env("POOL", default=5), config("POOL", default=5, cast=int).
    const isReader = /^(?:env|config)(?:\.(?:int|str|float|url|db|db_url|bool))?$/.test(path);
    if (first && (isEnvironment || isReader)) {
      const otherwise = second ?? named.find(({ name }) => name === 'default')?.value;
      return this.#variable(first, otherwise, steps, isReader);
    }
    return this.#unknown(`${last || 'a function'}() works it out when the program runs`, expression);
  }

  #variable(key: PythonExpression, otherwise: PythonExpression | undefined, steps: number, isNeeded: boolean): Value {
    const name = this.#value(key, steps + 1);
    if (name?.kind !== 'known' || typeof name.value !== 'string')
      return this.#unknown('the name of a variable is not known', key);
    const found = this.#variableNamed(name.value, otherwise, steps, key);
    return found ?? (isNeeded ? this.#notSet(name.value, key) : undefined);
  }

  /** What the project's files set a variable to, or its default; undefined where neither is there. */
  #variableNamed(name: string, otherwise: PythonExpression | undefined, steps: number, at: Stretch): Value {
    const values = this.#environment.valuesOf(name, this.#module.file);
    const variable: Origin = { kind: 'environment', text: name, place: this.#spanOf(at) };
    const [only, other] = values;
    if (only && !other) return { ...only, origins: [variable, ...only.origins] };
    if (other) {
      const candidates = values.filter((value) => value.kind === 'known');
      return { kind: 'unknown', why: `${name} has several values`, origins: [variable], candidates };
    }
    const value = otherwise && this.#value(otherwise, steps + 1);
    return value && { ...value, origins: [{ kind: 'default', text: `default of ${name}` }, ...value.origins] };
  }

  #notSet(name: string, at: Stretch): Resolved {
    const origin: Origin = { kind: 'environment', text: name, place: this.#spanOf(at) };
    return { kind: 'unknown', why: `${name} is set in no file of the project`, origins: [origin] };
  }

  #converted(path: string, value: Value, at: Stretch): Value {
    if (value?.kind !== 'known' || path === 'str' || path === 'SecretStr' || path === 'bool') return value;
    const number = Number(value.value);
    const isNumber = Number.isFinite(number) && String(value.value).trim() !== '';
    return isNumber
      ? { ...value, value: path === 'int' ? Math.trunc(number) : number }
      : this.#unknown('it is no number', at);
  }

  #choice(arms: readonly Value[], at: Stretch): Value {
    const known = arms.filter((arm) => arm?.kind === 'known');
    const [first] = known;
    if (first && known.length === arms.length && known.every(({ value }) => value === first.value)) return first;
    const unclear = this.#unknown('a condition decides it', at);
    return unclear.kind === 'unknown' && known.length === arms.length ? { ...unclear, candidates: known } : unclear;
  }

  #arithmetic(sign: string, left: Value, right: Value, at: Stretch): Value {
    if (left?.kind !== 'known') return left;
    if (right?.kind !== 'known') return right;
    const origins = [...left.origins, ...right.origins];
    if (sign === '+' && typeof left.value === 'string' && typeof right.value === 'string')
      return { kind: 'known', value: left.value + right.value, origins };
    const [a, b] = [left.value, right.value];
    if (typeof a !== 'number' || typeof b !== 'number')
      return this.#unknown('it is worked out when the program runs', at);
    const results: Readonly<Record<string, number>> = {
      '+': a + b,
      '-': a - b,
      '*': a * b,
      '//': Math.floor(a / b),
      '/': a / b,
    };
    const value = results[sign];
    return value !== undefined && Number.isFinite(value)
      ? { kind: 'known', value, origins }
      : this.#unknown('it is worked out when the program runs', at);
  }

  /** An f-string with what is in braces filled in; a part that is not known stays `…`. */
  #format({ value, inner, start, end }: PythonExpression & { kind: 'text' }, steps: number): Value {
    const origins: Origin[] = [];
    let isKnown = true;
    const filled = value.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (whole, code: string | undefined, at: number) => {
      if (code === undefined) return whole[0] ?? '';
      const { expression } = expressionAt(pythonTokens(code, inner + at + 1), 0);
      const part = this.#value(expression, steps + 1);
      origins.push(...(part?.origins ?? []));
      isKnown &&= part?.kind === 'known';
      return part?.kind === 'known' ? String(part.value) : '…';
    });
    const place = this.#spanOf({ start, end });
    origins.push({ kind: 'literal', text: 'literal', place });
    // The login or the database of a URL is often set elsewhere; its scheme and its host are here.
    if (isKnown || filled.includes('://')) return { kind: 'known', value: filled, origins };
    return { kind: 'unknown', why: 'a part of the text is not known', origins };
  }
}

const modules = new Map<string, PythonModule>();

/** The same file is asked about for each service: what is read of it is kept while its text is the same. */
export function moduleOf(file: string, text: string): PythonModule {
  const known = modules.get(file);
  if (known?.text === text) return known;
  const module = pythonModule(file, text);
  if (modules.size > 500) modules.clear();
  modules.set(file, module);
  return module;
}

/** A dictionary that later statements add to or take from: `kw.update(…)`, `kw["pool_size"] = …`, `kw |= …`. */
function isAltered(name: string, { text }: PythonModule): boolean {
  const of = String.raw`(?<![\w.])${name}\s*`;
  const changes = String.raw`\.\s*(?:update|setdefault|pop|popitem|clear)\s*\(|\[[^\]\n]*\]\s*=(?!=)|\|=`;
  return new RegExp(`${of}(?:${changes})|\\bdel\\s+${of}\\[`).test(text);
}

function isEnviron(expression: PythonExpression): boolean {
  return /^(?:os\.)?environ$/.test(pathOf(expression) ?? '');
}

/** `from app import config`: the module app.config. */
function submodule({ module, original }: { module: string; original?: string }): string {
  return original === undefined ? module : `${module.replace(/\.$/, '.')}${module.endsWith('.') ? '' : '.'}${original}`;
}

/** What `a or b` is: the right one where the left is None, 0 or empty. */
function either(left: Value, right: () => Value): Value {
  if (left === undefined) return right();
  if (left.kind === 'unknown') return left;
  return left.value ? left : right();
}
