import type { Node } from '../code-file.ts';
import { declaredBy } from '../declare.ts';
import { exportedBy } from '../libraries/index.ts';
import type { Abstract, Evaluator, ExternalValue, Frame } from './abstract.ts';
import { baseObject } from './bases.ts';
import { builtin, plainMethod } from './builtins.ts';
import { classMember } from './classes.ts';
import { helperWithDefault, variableNameIn, variableOrDefault } from './environment.ts';
import { givenBy, methodGives } from './libraries.ts';
import { alternativesOf, either, firstOfKind, unresolved } from './make.ts';
import { type Draft, once, spreadInto } from './objects.ts';
import { fold, logical } from './operators.ts';
import { schemaCall } from './schemas.ts';
import { loadedSetting } from './settings.ts';

type Call = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;

/** What a call, or `new`, gives. */
export function callOf(node: Call, frame: Frame, evaluator: Evaluator): Abstract {
  const { callee } = node;
  const args = once(() => node.arguments.map((argument) => evaluator.evaluate(argument, frame)));
  const name = dottedName(callee, frame);
  const known = name === undefined ? undefined : globalCall(name, args, frame, evaluator);
  if (known) return known;
  if (node.type === 'CallExpression' && callee.type === 'MemberExpression') {
    const method = callee.computed ? undefined : callee.property.name;
    const of = evaluator.evaluate(callee.object, frame);
    const found = method === undefined ? undefined : methodCall(of, method, node, args, frame, evaluator);
    if (found) return found;
  }
  const target = evaluator.evaluate(callee, frame);
  const results = alternativesOf(target).map((one) => called(one, node, args, frame, evaluator));
  const value = either(results);
  return value.kind === 'unknown' && !value.missing ? (byItsForm(node, args, frame, evaluator) ?? value) : value;
}

function called(target: Abstract, node: Call, args: () => Abstract[], frame: Frame, evaluator: Evaluator): Abstract {
  switch (target.kind) {
    case 'function':
      return node.type === 'NewExpression' ? unresolved('it is made by a function') : evaluator.call(target, args());
    case 'class':
      return { kind: 'instance', of: target, args: args() };
    case 'external':
      return externalCall(target, node, args, frame, evaluator);
    case 'library':
      return methodGives(target, '') ?? unresolved(`a call of an object of ${target.object.library}`);
    case 'unknown':
      return target.missing ? unresolved(target.why) : target;
    default:
      return unresolved('what is called is not in sight');
  }
}

function externalCall(
  target: ExternalValue,
  node: Call,
  args: () => Abstract[],
  frame: Frame,
  evaluator: Evaluator,
): Abstract {
  const exported = exportedBy(target);
  if (exported?.returns !== undefined) return { ...target, path: [exported.returns] };
  const pool = once(() => declaredBy(node, target, args(), frame, evaluator)[0] ?? poolOf(args()));
  if (target.path.at(-1) === 'defineConfig') return args()[0] ?? unresolved('a configuration without options');
  if (target.path.at(-1) === 'registerAs') return registered(args());
  if (target.package === 'path' && /^(?:join|resolve)$/.test(target.path.at(-1) ?? '')) return joined(args());
  const given = givenBy(target, exported?.wraps || exported?.makes ? pool : undefined);
  return (
    given ??
    schemaCall(target, args(), frame, evaluator) ??
    unresolved(`a call of the package ${target.package}`, { package: target.package })
  );
}

/** `registerAs('database', factory)` of NestJS is the factory, under a name. */
function registered([name, factory]: readonly Abstract[]): Abstract {
  const made = factory && firstOfKind(factory, 'function');
  const namespace = name && firstOfKind(name, 'scalar')?.value;
  return made && typeof namespace === 'string' ? { ...made, namespace } : unresolved('settings that are not in sight');
}

/** `path.join(__dirname, 'config')`, relative to the file. */
function joined(parts: readonly Abstract[]): Abstract {
  return fold(parts, (...plain) => plain.join('/'));
}

/** The pool of the first argument that has one: `drizzle(pool)`. */
function poolOf(args: readonly Abstract[]) {
  for (const arg of args) {
    const own = firstOfKind(arg, 'library')?.object.pool;
    if (own) return own;
    const options = firstOfKind(arg, 'object');
    for (const name of ['client', 'pool', 'adapter', 'dialect', 'connection']) {
      const inner = options?.properties.get(name)?.value();
      const pool = inner && firstOfKind(inner, 'library')?.object.pool;
      if (pool) return pool;
    }
  }
  return undefined;
}

function methodCall(
  of: Abstract,
  name: string,
  node: Call,
  args: () => Abstract[],
  frame: Frame,
  evaluator: Evaluator,
): Abstract | undefined {
  const results = alternativesOf(of).map((one): Abstract | undefined => {
    switch (one.kind) {
      case 'library':
        return methodGives(one, name);
      case 'environment':
        return environmentCall(name, args(), frame, evaluator);
      case 'external':
        return one.path.at(-1) === '*' && /Config(?:Service)?$/.test(one.path.at(-2) ?? '')
          ? environmentCall(name, args(), frame, evaluator)
          : exportedBy({ ...one, path: [...one.path, name] })
            ? undefined
            : schemaCall({ ...one, path: [...one.path, name] }, args(), frame, evaluator);
      case 'schema':
        return schemaCall(one, args(), frame, evaluator, name);
      case 'scalar':
        return plainMethod(one, name, args());
      case 'unknown':
        return one.missing ? plainMethod(one, name, args()) : undefined;
      case 'instance':
      case 'class': {
        const base = classMember(one, name, evaluator) ? undefined : baseObject(one, evaluator);
        return base && methodGives(base, name);
      }
      case 'function':
        return name === 'bind' ? one : undefined;
      default:
        return undefined;
    }
  });
  const found = results.filter((result) => result !== undefined);
  if (found.length > 0) return either(found);
  return name === 'then' || name === 'catch' || name === 'finally'
    ? settled(of, name, node, evaluator, frame)
    : undefined;
}

/** A promise is taken for what it resolves to. */
function settled(of: Abstract, name: string, node: Call, evaluator: Evaluator, frame: Frame): Abstract | undefined {
  if (name !== 'then') return of.kind === 'library' || of.kind === 'scalar' ? of : undefined;
  const callback = node.arguments[0] && firstOfKind(evaluator.evaluate(node.arguments[0], frame), 'function');
  return callback && evaluator.call(callback, [of]);
}

/** `config.get('DB_POOL', 10)`, `config.getOrThrow('DB_POOL')`, `Deno.env.get('DB_POOL')`. */
function environmentCall(
  name: string,
  args: readonly Abstract[],
  frame: Frame,
  evaluator: Evaluator,
): Abstract | undefined {
  if (!/^get/.test(name)) return undefined;
  const key = args[0] && firstOfKind(args[0], 'scalar')?.value;
  if (typeof key !== 'string') return unresolved('the name of a setting is not known');
  const preset = args[1]?.kind === 'object' ? undefined : args[1];
  if (variableNameIn(args[0]) === undefined) {
    const setting = loadedSetting(key, frame, evaluator) ?? unresolved(`the setting ${key} of a configuration service`);
    return preset ? logical('??', setting, () => preset) : setting;
  }
  return variableOrDefault(key, preset, frame, evaluator);
}

/** `Math.max` of `Math.max(2, 5)`, where the first name is no variable of the file. */
function dottedName(callee: Node, frame: Frame): string | undefined {
  if (callee.type === 'Identifier') return frame.module.bindings(callee) ? undefined : callee.name;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return undefined;
  const object = dottedName(callee.object, frame);
  return object && `${object}.${callee.property.name}`;
}

function globalCall(name: string, args: () => Abstract[], frame: Frame, evaluator: Evaluator): Abstract | undefined {
  const [first] = args();
  switch (name) {
    case 'require': {
      const specifier = first && firstOfKind(first, 'scalar')?.value;
      return typeof specifier === 'string'
        ? evaluator.imported(specifier, frame)
        : unresolved('what is required is computed');
    }
    case 'Object.freeze':
    case 'Promise.resolve':
    case 'structuredClone':
    case 'Object':
    case 'URL':
      return first;
    case 'Object.assign': {
      const draft: Draft = { properties: new Map() };
      for (const value of args()) spreadInto(draft, value);
      return { kind: 'object', ...draft };
    }
    case 'Deno.env.get':
    case 'Deno.env.toObject':
      return first ? environmentCall('get', args(), frame, evaluator) : { kind: 'environment' };
    default:
      return builtin(name, args());
  }
}

const helperName = /env|config|setting|param/i;

/** A helper that cannot be followed, by how it is called: `getEnv('DB_POOL', 10)`, `env.int('DB_POOL', 10)`, `int(env.DB_POOL, 10)`. */
function byItsForm(node: Call, args: () => Abstract[], frame: Frame, evaluator: Evaluator): Abstract | undefined {
  const { text } = frame.module.file;
  const [first, second] = args();
  if (!first || node.type !== 'CallExpression') return undefined;
  const name = variableNameIn(first);
  const callee = text.slice(node.callee.start, Math.min(node.callee.end, node.callee.start + 200));
  if (name !== undefined && helperName.test(callee))
    return variableOrDefault(name, second?.kind === 'object' ? undefined : second, frame, evaluator);
  return second && helperWithDefault(first, second);
}
