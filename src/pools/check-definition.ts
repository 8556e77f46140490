import { atLeast, invalid, whole } from '../base/check-number.ts';
import { engineNames } from '../base/engine.ts';
import { completed } from './defaults.ts';
import type { PoolDefinition } from './definition.ts';
import { DefinitionError } from './definitions/definition-list.ts';

/** The longest that a timer can wait. */
const mostMs = 2 ** 31 - 1;

/** @throws DefinitionError where a value is none that can be meant */
export function checkDefinition(id: string, definition: PoolDefinition): PoolDefinition {
  const complete = completed(definition);
  const { engine, port, max, min } = complete;
  const fail = (why: string): never => {
    throw new DefinitionError(`The definition of "${id}": ${why}`);
  };
  if (!Object.hasOwn(engineNames, engine))
    fail(`engine is ${engine}; it must be ${Object.keys(engineNames).join(', ')}.`);
  for (const name of ['host', 'database', 'user'] as const) if (!complete[name]) fail(`${name} is missing.`);
  try {
    whole('port', port, 1);
    if (port > 65_535) invalid('port', port, 'a whole number from 1 to 65535');
    whole('max', max, 1);
    whole('min', min, 0);
    if (min > max) invalid('min', min, `from 0 to max, which is ${max}`);
    for (const name of ['idleMs', 'statementTimeoutMs'] as const) atLeast(name, complete[name], 0, mostMs);
    for (const name of ['connectTimeoutMs', 'lifetimeMs'] as const) atLeast(name, complete[name], 1, mostMs);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
  return definition;
}
