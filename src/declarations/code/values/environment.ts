import type { Abstract, Evaluator, Frame } from './abstract.ts';
import { builtin } from './builtins.ts';
import { each, either, firstOfKind, scalar, through, unresolved } from './make.ts';
import { defaultOrigin, logical, missing } from './operators.ts';

/** Variables that name the environment itself: a file that sets one says nothing of the other environments. */
const modes = /^(?:NODE_ENV|APP_ENV|ENV|ENVIRONMENT|STAGE|NODE_CONFIG_ENV|DEPLOY_ENV)$/;

/** The value of a variable of the environment by the files of the project. */
export function environmentVariable(name: string, { module }: Frame): Abstract {
  if (modes.test(name)) return unresolved(`${name} differs by environment`);
  const values = module.project.host.environment?.valuesOf(name, module.file.path) ?? [];
  if (values.length === 0) return missing(name, undefined, [{ kind: 'environment', text: name }]);
  return either(
    values.map((value) =>
      value.kind === 'known'
        ? scalar(value.value, ...value.origins)
        : unresolved(value.why, { origins: value.origins }),
    ),
  );
}

const nameOfVariable = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;

/** The name of a variable of the environment in a text; undefined where the text is not written like one. */
export function variableNameIn(value: Abstract | undefined): string | undefined {
  const text = value && firstOfKind(value, 'scalar')?.value;
  return typeof text === 'string' && nameOfVariable.test(text) ? text : undefined;
}

/**
 * `env('DB_POOL', 10)`: the variable, or the second argument where it is not set. A variable that a file sets is a number
 * where the default is one.
 */
export function variableOrDefault(
  name: string,
  preset: Abstract | undefined,
  frame: Frame,
  evaluator: Evaluator,
): Abstract {
  const value = evaluator.environment(name, frame);
  if (preset === undefined) return value;
  return logical('??', asTypeOf(preset, value), () => preset);
}

function asTypeOf(preset: Abstract, value: Abstract): Abstract {
  const isNumber = preset.kind === 'scalar' && typeof preset.value === 'number';
  return each(value, (one) => (isNumber && one.kind === 'scalar' ? (builtin('Number', [one]) ?? one) : one));
}

/** `toNumber(env.DB_POOL, 10)`: a helper that is not in sight, with a variable and a default. */
export function helperWithDefault(value: Abstract, preset: Abstract): Abstract | undefined {
  if (preset.kind !== 'scalar' || typeof preset.value !== 'number') return undefined;
  if (value.kind === 'unknown' && value.missing) return through(preset, defaultOrigin(value.missing.name));
  const isNumber = value.kind === 'scalar' && typeof value.value === 'string' && /^\d+$/.test(value.value);
  return isNumber && value.origins.some(({ kind }) => kind === 'env-file' || kind === 'manifest')
    ? builtin('Number', [value])
    : undefined;
}
