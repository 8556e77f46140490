import type { Node } from '../code-file.ts';
import type { Abstract, Evaluator, Frame } from './abstract.ts';
import { callOf } from './calls.ts';
import { classAround } from './classes.ts';
import { environmentVariable } from './environment.ts';
import { exportOf } from './exports.ts';
import { isFunctionNode, returned } from './functions.ts';
import { globalValue } from './globals.ts';
import { importOf } from './imports.ts';
import { methodGives } from './libraries.ts';
import { firstOfKind, scalar, unresolved } from './make.ts';
import { memberOf, someMember } from './members.ts';
import { entryName, listLiteral, objectLiteral } from './objects.ts';
import { binary, conditional, fold, logical, unary } from './operators.ts';
import { typedAs } from './types.ts';
import { valueOfVariable } from './variables.ts';

/** How deep expressions are followed, and how many steps one question may take. */
const deepest = 120;
const mostSteps = 20_000;

/**
 * Follows expressions to what they come to, without running anything. A question ends after a bounded number of steps; what
 * it has not found by then is unresolved.
 */
export function makeEvaluator(): Evaluator {
  const memo = new WeakMap<Node, Abstract>();
  const memoOfTypes = new WeakMap<Node, { type: Abstract | undefined }>();
  const active = new Set<Node>();
  let depth = 0;
  let steps = 0;
  /** Counts values that were cut off; what was found without a cut holds for every question. */
  let cuts = 0;

  /** Runs one step of a question; undefined where it has to stop. */
  function step<Value>(node: Node, work: () => Value): Value | undefined {
    if (depth === 0) steps = 0;
    if (depth >= deepest || steps >= mostSteps || active.has(node)) {
      cuts += 1;
      return undefined;
    }
    steps += 1;
    depth += 1;
    active.add(node);
    try {
      return work();
    } finally {
      active.delete(node);
      depth -= 1;
    }
  }

  const evaluator: Evaluator = {
    evaluate(node, frame) {
      const isOwn = !frame.bindings && !frame.self && frame.hops === 0;
      const before = isOwn ? memo.get(node) : undefined;
      if (before) return before;
      const cutsBefore = cuts;
      const value = step(node, () => follow(node, frame, evaluator));
      if (value === undefined)
        return unresolved(active.has(node) ? 'it refers to itself' : 'it is too long a way to its value');
      if (isOwn && (depth === 0 || cuts === cutsBefore)) memo.set(node, value);
      return value;
    },
    variable: (variable, frame) => valueOfVariable(variable, frame, evaluator),
    member: (of, name, frame) => memberOf(of, name, frame, evaluator),
    call(callee, args) {
      const value = step(callee.node, () => returned(callee, args, evaluator));
      return value ?? unresolved('a function that calls itself');
    },
    typed(type, frame) {
      const known = frame.hops === 0 ? memoOfTypes.get(type) : undefined;
      if (known) return known.type;
      const cutsBefore = cuts;
      const found = step(type, () => typedAs(type, frame, evaluator));
      if (frame.hops === 0 && cuts === cutsBefore) memoOfTypes.set(type, { type: found });
      return found;
    },
    exported: (module, name, hops) => exportOf(module, name, hops, evaluator),
    imported: (specifier, frame) => importOf(specifier, frame, evaluator),
    environment: (name, frame) => environmentVariable(name, frame),
  };
  return evaluator;
}

function follow(node: Node, frame: Frame, evaluator: Evaluator): Abstract {
  const { file, bindings } = frame.module;
  const inner = (child: Node) => evaluator.evaluate(child, frame);
  switch (node.type) {
    case 'Literal':
      return literal(node, frame);
    case 'TemplateLiteral':
      return fold(node.expressions.map(inner), (...plain) =>
        node.quasis
          .map(({ value }, index) => (value.cooked ?? '') + (index < plain.length ? String(plain[index]) : ''))
          .join(''),
      );
    case 'Identifier': {
      const variable = bindings(node);
      return variable ? evaluator.variable(variable, frame) : globalValue(node.name);
    }
    case 'MemberExpression': {
      const of = inner(node.object);
      const name = entryName({ key: node.property, computed: node.computed }, frame, evaluator);
      return name === undefined ? someMember(of) : evaluator.member(of, name, frame);
    }
    case 'ThisExpression':
      return thisOf(node, frame, evaluator);
    case 'ObjectExpression':
      return objectLiteral(node, frame, evaluator);
    case 'ArrayExpression':
      return listLiteral(node.elements, frame, evaluator);
    case 'UnaryExpression':
      return unary(node.operator, inner(node.argument));
    case 'BinaryExpression':
      return binary(node.operator, inner(node.left), inner(node.right));
    case 'LogicalExpression':
      return logical(node.operator, inner(node.left), () => inner(node.right));
    case 'ConditionalExpression':
      return conditional(
        inner(node.test),
        () => inner(node.consequent),
        () => inner(node.alternate),
      );
    case 'AssignmentExpression':
      return node.operator === '=' || node.operator === '??=' || node.operator === '||='
        ? inner(node.right)
        : unresolved('it is changed');
    case 'SequenceExpression':
      return inner(node.expressions.at(-1) ?? node);
    case 'AwaitExpression':
      return inner(node.argument);
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
      return inner(node.expression);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion': {
      const value = inner(node.expression);
      return value.kind === 'unknown' && !value.missing
        ? (evaluator.typed(node.typeAnnotation, frame) ?? value)
        : value;
    }
    case 'CallExpression':
    case 'NewExpression':
      return callOf(node, frame, evaluator);
    case 'ImportExpression': {
      const specifier = firstOfKind(inner(node.source), 'scalar')?.value;
      return typeof specifier === 'string'
        ? evaluator.imported(specifier, frame)
        : unresolved('what is imported is computed');
    }
    case 'TaggedTemplateExpression': {
      const tag = firstOfKind(inner(node.tag), 'library');
      return (tag && methodGives(tag, '')) ?? unresolved('a tagged template');
    }
    case 'Super': {
      const around = classAround(node, file.parentOf);
      return around?.superClass ? inner(around.superClass) : unresolved('a class above that is not in sight');
    }
    case 'MetaProperty':
      return { kind: 'external', package: 'import.meta', subpath: '', path: [] };
    case 'ClassDeclaration':
    case 'ClassExpression':
      return { kind: 'class', node, frame };
    case 'TSEnumDeclaration':
      return enumeration(node, frame, evaluator);
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return evaluator.typed(node, frame) ?? unresolved('a type');
    default:
      return isFunctionNode(node)
        ? { kind: 'function', node, frame }
        : unresolved(`${file.path} has something here that is not followed`);
  }
}

function literal(node: Extract<Node, { type: 'Literal' }>, { module }: Frame): Abstract {
  const { value } = node;
  if (value !== null && typeof value === 'object') return unresolved('a regular expression');
  const plain = typeof value === 'bigint' ? Number(value) : value;
  return scalar(plain, { kind: 'literal', text: 'literal', place: module.file.spanOf(node) });
}

function enumeration(node: Extract<Node, { type: 'TSEnumDeclaration' }>, frame: Frame, evaluator: Evaluator): Abstract {
  const { spanOf } = frame.module.file;
  const properties = node.body.members.flatMap((member) => {
    const { id, initializer } = member;
    const name = id.type === 'Identifier' ? id.name : id.type === 'Literal' ? String(id.value) : undefined;
    if (name === undefined || !initializer) return [];
    const value = () => evaluator.evaluate(initializer, frame);
    return [[name, { value, place: spanOf(member), keyPlace: spanOf(id) }] as const];
  });
  return { kind: 'object', properties: new Map(properties) };
}

function thisOf(node: Node, frame: Frame, evaluator: Evaluator): Abstract {
  const { parentOf } = frame.module.file;
  const around = classAround(node, parentOf);
  if (frame.self && (around || frame.self.kind === 'object')) return frame.self;
  if (around)
    return { kind: 'instance', of: { kind: 'class', node: around, frame: { module: frame.module, hops: frame.hops } } };
  for (let outer = parentOf(node); outer; outer = parentOf(outer)) {
    if (outer.type === 'ObjectExpression') return evaluator.evaluate(outer, frame);
  }
  return unresolved('this is not known');
}
