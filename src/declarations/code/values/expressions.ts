import type { Node } from '../code-file.ts';
import type { Abstract, Evaluator, Frame } from './abstract.ts';
import { callOf } from './calls.ts';
import { classAround } from './classes.ts';
import { isFunctionNode } from './functions.ts';
import { globalValue } from './globals.ts';
import { methodGives } from './libraries.ts';
import { each, firstOfKind, scalar, unresolved } from './make.ts';
import { someMember } from './members.ts';
import { entryName, listLiteral, objectLiteral } from './objects.ts';
import { binary, conditional, fold, logical, unary, withPartial } from './operators.ts';

/** What an expression comes to, by its kind. */
export function follow(node: Node, frame: Frame, evaluator: Evaluator): Abstract {
  const { file, bindings } = frame.module;
  const inner = (child: Node) => evaluator.evaluate(child, frame);
  switch (node.type) {
    case 'Literal':
      return literal(node, frame);
    case 'TemplateLiteral': {
      const texts = node.quasis.map(({ value }) => value.cooked ?? '');
      const parts = texts.flatMap((text, index) => [
        scalar(text),
        ...node.expressions.slice(index, index + 1).map(inner),
      ]);
      return withPartial(
        fold(parts, (...plain) => plain.map(String).join('')),
        parts,
      );
    }
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
      return each(inner(node.argument), (value) =>
        value.kind === 'unknown' ? { ...value, package: undefined } : value,
      );
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
