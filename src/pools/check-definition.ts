import { type FieldKinds, wrongField } from '../base/check-fields.ts';
import { atLeast, invalid, whole } from '../base/check-number.ts';
import { longestTimerMs } from '../base/deadline.ts';
import { engineNames } from '../base/engine.ts';
import { completed } from './defaults.ts';
import type { PoolDefinition } from './definition.ts';
import { DefinitionError } from './definitions/definition-list.ts';

const kinds: FieldKinds<PoolDefinition> = {
  engine: 'string',
  host: 'string',
  port: 'number',
  database: 'string',
  user: 'string',
  secret: 'object',
  tls: 'object',
  max: 'number',
  min: 'number',
  idleMs: 'number',
  connectTimeoutMs: 'number',
  statementTimeoutMs: 'number',
  lifetimeMs: 'number',
  applicationName: 'string',
  isActive: 'boolean',
};

/** Also of those who ask: the id 7 is not "7". @throws DefinitionError */
export function checkId(id: unknown): void {
  if (typeof id === 'string' && id !== '') return;
  throw new DefinitionError(
    `The id ${id === '' ? 'is empty' : `${String(id)} is no text`}. Give a text, such as "7" for 7.`,
  );
}

/** @throws DefinitionError where a value is none that can be meant */
export function checkDefinition(id: string, definition: PoolDefinition): PoolDefinition {
  const wrong = wrongField(definition, kinds);
  if (wrong !== undefined) throw new DefinitionError(`The definition of "${id}" ${wrong}`);
  const complete = completed(definition);
  const { engine, port, max, min, secret } = complete;
  const fail = (why: string): never => {
    throw new DefinitionError(`The definition of "${id}": ${why}`);
  };
  if (!Object.hasOwn(engineNames, engine))
    fail(`engine is ${engine}; it must be ${Object.keys(engineNames).join(', ')}.`);
  for (const name of ['host', 'port', 'database', 'user', 'applicationName'] as const)
    if (complete[name] === undefined || complete[name] === '') fail(`${name} is missing.`);
  if (secret && !(typeof secret.current === 'function' && typeof secret.instead === 'function'))
    fail('secret has no current() and instead(). Give new LateSecret({ env: NAME }), or the like.');
  try {
    whole('port', port, 1);
    if (port > 65_535) invalid('port', port, 'a whole number from 1 to 65535');
    whole('max', max, 1);
    whole('min', min, 0);
    if (min > max) invalid('min', min, `from 0 to max, which is ${max}`);
    for (const name of ['idleMs', 'statementTimeoutMs'] as const) atLeast(name, complete[name], 0, longestTimerMs);
    for (const name of ['connectTimeoutMs', 'lifetimeMs'] as const) atLeast(name, complete[name], 1, longestTimerMs);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
  return definition;
}
