import type { Class } from '@oxc-project/types';
import type { Node } from '../code-file.ts';
import { walk } from '../walk.ts';
import type { Abstract, ClassValue, Evaluator, Frame, InstanceValue } from './abstract.ts';
import { enclosingFunction } from './functions.ts';
import { either, firstOfKind } from './make.ts';
import { annotationOf, takenFrom } from './patterns.ts';

/** What a class says of its members: fields, methods, parameters of the constructor, and what is assigned to `this.name`. */
interface Members {
  readonly declared: ReadonlyMap<string, readonly Node[]>;
  readonly assigned: ReadonlyMap<string, readonly Node[]>;
}

const known = new WeakMap<Class, Members>();

function membersOf(node: Class): Members {
  const found = known.get(node);
  if (found) return found;
  const declared = new Map<string, Node[]>();
  const assigned = new Map<string, Node[]>();
  for (const element of node.body.body) {
    if (!('key' in element)) continue;
    const name = nameOf(element.key, element.computed);
    if (name !== undefined) push(declared, `${element.static ? 'static ' : ''}${name}`, element);
    if (element.type === 'MethodDefinition' && element.kind === 'constructor') {
      for (const parameter of element.value.params) {
        const [named] = parameter.type === 'TSParameterProperty' ? [nameOfParameter(parameter.parameter)] : [];
        if (named !== undefined) push(declared, named, parameter);
      }
    }
  }
  walk(node.body, (inner) => {
    if (inner.type === 'ClassDeclaration' || inner.type === 'ClassExpression') return false;
    if (inner.type !== 'AssignmentExpression' || !['=', '??=', '||='].includes(inner.operator)) return true;
    const { left } = inner;
    if (left.type !== 'MemberExpression') return true;
    const isOfClass =
      left.object.type === 'ThisExpression' ||
      (left.object.type === 'Identifier' && left.object.name === node.id?.name);
    const name = isOfClass ? nameOf(left.property, left.computed) : undefined;
    if (name !== undefined) push(assigned, name, inner.right);
    return true;
  });
  const members = { declared, assigned };
  known.set(node, members);
  return members;
}

function push(map: Map<string, Node[]>, name: string, node: Node): void {
  map.set(name, [...(map.get(name) ?? []), node]);
}

function nameOf(key: Node, computed: boolean): string | undefined {
  if (key.type === 'Identifier') return computed ? undefined : key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return key.type === 'Literal' ? String(key.value) : undefined;
}

function nameOfParameter(parameter: Node): string | undefined {
  if (parameter.type === 'AssignmentPattern') return nameOfParameter(parameter.left);
  return parameter.type === 'Identifier' ? parameter.name : undefined;
}

/** `instance.name`, or `Class.name`; undefined where neither the class nor one above it has such a member. */
export function classMember(of: InstanceValue | ClassValue, name: string, evaluator: Evaluator): Abstract | undefined {
  const own = ownMember(of, name, evaluator);
  if (own) return own;
  for (const above of classesAbove(of.kind === 'instance' ? of.of : of, evaluator)) {
    const found = ownMember(of.kind === 'class' ? above : { kind: 'instance', of: above }, name, evaluator);
    if (found) return found;
  }
  return undefined;
}

/** The classes of the project that a class extends, the nearest first; one that extends itself is there once. */
export function classesAbove(from: ClassValue, evaluator: Evaluator): ClassValue[] {
  const found = [from];
  for (const { node, frame } of found) {
    const above = node.superClass && firstOfKind(evaluator.evaluate(node.superClass, frame), 'class');
    if (above && !found.some((other) => other.node === above.node)) found.push(above);
  }
  return found.slice(1);
}

function ownMember(of: InstanceValue | ClassValue, name: string, evaluator: Evaluator): Abstract | undefined {
  const { node, frame } = of.kind === 'instance' ? of.of : of;
  const { declared, assigned } = membersOf(node);
  const inner: Frame = { ...frame, self: of };
  const fields = declared.get(of.kind === 'class' ? `static ${name}` : name) ?? [];
  const values = [
    ...(assigned.get(name) ?? []).map((right) => evaluator.evaluate(right, inConstructor(right, of, inner, evaluator))),
    ...fields.flatMap((field) => declaredValue(field, of, inner, evaluator)),
  ];
  return values.length > 0 ? preferred(values) : undefined;
}

/** What proves something goes before what is not known; a field that is only declared is no value of its own. */
function preferred(values: readonly Abstract[]): Abstract {
  const certain = values.filter((value) => value.kind !== 'unknown' || value.missing);
  return either(certain.length > 0 ? certain : values);
}

function declaredValue(field: Node, of: InstanceValue | ClassValue, frame: Frame, evaluator: Evaluator): Abstract[] {
  const typed = (type: Node | undefined) => (type ? evaluator.typed(type, frame) : undefined);
  switch (field.type) {
    case 'PropertyDefinition':
    case 'TSAbstractPropertyDefinition':
    case 'AccessorProperty': {
      const initial = field.value ? [evaluator.evaluate(field.value, frame)] : [];
      const type = typed(field.typeAnnotation?.typeAnnotation);
      return [...initial, ...(type ? [type] : [])];
    }
    case 'MethodDefinition': {
      const method: Abstract = { kind: 'function', node: field.value, frame };
      return field.kind === 'get' ? [evaluator.call(method, [])] : field.kind === 'set' ? [] : [method];
    }
    case 'TSParameterProperty': {
      const type = typed(annotationOf(field));
      const name = field.parameter.type === 'AssignmentPattern' ? field.parameter.left : field.parameter;
      const given = of.kind === 'instance' ? of.args : undefined;
      if (!given) return [type ?? evaluator.evaluate(name, frame)];
      const index = constructorOf(of.kind === 'instance' ? of.of.node : of.node)?.params.indexOf(field) ?? -1;
      const value = takenFrom(field, name, () => given[index] ?? evaluator.evaluate(name, frame), frame, evaluator);
      return [...(value ? [value] : []), ...(type ? [type] : [])];
    }
    default:
      return [];
  }
}

function constructorOf(node: Class) {
  const found = node.body.body.find((element) => element.type === 'MethodDefinition' && element.kind === 'constructor');
  return found?.type === 'MethodDefinition' ? found.value : undefined;
}

/** An assignment in the constructor sees what the constructor was given. */
function inConstructor(node: Node, of: InstanceValue | ClassValue, frame: Frame, evaluator: Evaluator): Frame {
  const given = of.kind === 'instance' ? of.args : undefined;
  if (!given || of.kind !== 'instance') return frame;
  const made = constructorOf(of.of.node);
  if (!made || enclosingFunction(node, frame.module.file.parentOf) !== made) return frame;
  const bindings = new Map(frame.bindings);
  for (const [index, parameter] of made.params.entries()) {
    const inner = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
    const target = inner.type === 'AssignmentPattern' ? inner.left : inner;
    const variable = target.type === 'Identifier' ? frame.module.bindings(target) : undefined;
    const value =
      variable &&
      takenFrom(
        parameter,
        target,
        () => given[index] ?? { kind: 'scalar', value: undefined, origins: [] },
        frame,
        evaluator,
      );
    if (variable && value) bindings.set(variable, value);
  }
  return { ...frame, bindings };
}

/** The class around a node whose `this` the node sees. */
export function classAround(node: Node, parentOf: (node: Node) => Node | undefined): Class | undefined {
  let around = parentOf(node);
  while (around && around.type !== 'ClassBody') {
    const outer = parentOf(around);
    const isOwnThis = around.type === 'FunctionDeclaration' || around.type === 'FunctionExpression';
    if (isOwnThis && outer?.type !== 'MethodDefinition') return undefined;
    around = outer;
  }
  const found = around && parentOf(around);
  return found?.type === 'ClassDeclaration' || found?.type === 'ClassExpression' ? found : undefined;
}
