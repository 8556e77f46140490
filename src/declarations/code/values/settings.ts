import type { Node } from '../code-file.ts';
import type { Module } from '../modules.ts';
import { walk } from '../walk.ts';
import type { Abstract, Evaluator, Frame, FunctionValue } from './abstract.ts';
import { firstOfKind } from './make.ts';

/**
 * What `config.get('database.pool.max')` of NestJS comes to: by the factories in `ConfigModule.forRoot({ load: […] })` of the
 * same file. One of `registerAs('database', factory)` has its settings under that name. Undefined where none has the setting.
 */
export function loadedSetting(key: string, frame: Frame, evaluator: Evaluator): Abstract | undefined {
  for (const call of configModulesIn(frame.module)) {
    const options = call && firstOfKind(evaluator.evaluate(call, frame), 'object');
    const load = options?.properties.get('load')?.value();
    for (const item of (load && firstOfKind(load, 'list'))?.items ?? []) {
      const factory = firstOfKind(item(), 'function');
      const found = factory && settingOfFactory(factory, key.split('.'), frame, evaluator);
      if (found) return found;
    }
  }
  return undefined;
}

function settingOfFactory(
  factory: FunctionValue,
  path: readonly string[],
  frame: Frame,
  evaluator: Evaluator,
): Abstract | undefined {
  const [first, ...others] = path;
  if (factory.namespace !== undefined && factory.namespace !== first) return undefined;
  let found = evaluator.call(factory, []);
  for (const name of factory.namespace === undefined ? path : others) {
    if (!firstOfKind(found, 'object')?.properties.has(name)) return undefined;
    found = evaluator.member(found, name, frame);
  }
  return found;
}

const known = new WeakMap<Module, readonly (Node | undefined)[]>();

/** The options of every `ConfigModule.forRoot(…)` of a file. */
function configModulesIn(module: Module): readonly (Node | undefined)[] {
  const before = known.get(module);
  if (before) return before;
  const found: (Node | undefined)[] = [];
  walk(module.file.program, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return;
    const { object, property } = node.callee;
    const isConfig = object.type === 'Identifier' && object.name === 'ConfigModule';
    if (isConfig && property.type === 'Identifier' && property.name === 'forRoot') found.push(node.arguments[0]);
  });
  known.set(module, found);
  return found;
}
