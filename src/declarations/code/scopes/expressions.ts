import type { Node } from '../code-file.ts';
import { type Binder, type NodeOf, noVariable, type Visitors, writePattern } from './visitors.ts';

/** Names in expressions and in JSX, and what is written there. */
export function expressionVisitors(binder: Binder): Visitors {
  const { scopes, visit, visitType } = binder;
  const visitCall = (node: NodeOf<'CallExpression' | 'NewExpression'>) => {
    visit(node.callee);
    for (const each of node.arguments) visit(each);
    visitType(node.typeArguments);
  };
  const visitTyped = (node: NodeOf<'TSAsExpression' | 'TSSatisfiesExpression' | 'TSTypeAssertion'>) => {
    visit(node.expression);
    visitType(node.typeAnnotation);
  };
  const visitWritten = (given: Node, isPlain: boolean) => {
    const isTyped = given.type === 'TSAsExpression' || given.type === 'TSTypeAssertion';
    if (isTyped) visitType(given.typeAnnotation);
    const target = isTyped || given.type === 'TSNonNullExpression' ? given.expression : given;
    if (target.type === 'Identifier') scopes.write(target, { reads: !isPlain });
    else if (target.type === 'ObjectPattern' || target.type === 'ArrayPattern') writePattern(target, binder);
    else visit(target);
  };
  /** A tag in small letters is no variable. */
  const visitTag = (name: Node) => {
    if (name.type !== 'JSXIdentifier' || /^[^a-z]|^this$/.test(name.name)) visit(name);
  };
  return {
    MetaProperty: noVariable,
    PrivateIdentifier: noVariable,
    Identifier(node) {
      scopes.refer(node, 'value');
      visitType(node.typeAnnotation);
    },
    MemberExpression(node) {
      visit(node.object);
      if (node.computed) visit(node.property);
    },
    Property(node) {
      if (node.computed) visit(node.key);
      visit(node.value);
    },
    CallExpression: visitCall,
    NewExpression: visitCall,
    TaggedTemplateExpression(node) {
      visit(node.tag);
      visit(node.quasi);
      visitType(node.typeArguments);
    },
    TSInstantiationExpression(node) {
      visit(node.expression);
      visitType(node.typeArguments);
    },
    TSAsExpression: visitTyped,
    TSSatisfiesExpression: visitTyped,
    TSTypeAssertion: visitTyped,
    AssignmentExpression(node) {
      visitWritten(node.left, node.operator === '=');
      visit(node.right);
    },
    UpdateExpression: (node) => visitWritten(node.argument, false),
    JSXIdentifier: (node) => scopes.refer(node, 'value'),
    JSXAttribute: (node) => visit(node.value),
    JSXClosingElement: (node) => visitTag(node.name),
    JSXMemberExpression({ object }) {
      if (object.type !== 'JSXIdentifier' || object.name !== 'this') visit(object);
    },
    JSXOpeningElement(node) {
      visitTag(node.name);
      visitType(node.typeArguments);
      for (const each of node.attributes) visit(each);
    },
  };
}
