import { eachChild } from '../walk.ts';
import { type Binder, declarePattern, type NodeOf, type Visitors, writtenTypeOf } from './visitors.ts';

type FunctionNode = NodeOf<
  | 'ArrowFunctionExpression'
  | 'FunctionDeclaration'
  | 'FunctionExpression'
  | 'TSDeclareFunction'
  | 'TSEmptyBodyFunctionExpression'
>;
type MemberNode = NodeOf<
  | 'AccessorProperty'
  | 'MethodDefinition'
  | 'PropertyDefinition'
  | 'TSAbstractAccessorProperty'
  | 'TSAbstractMethodDefinition'
  | 'TSAbstractPropertyDefinition'
>;

/** Functions and classes, each with scopes of their own. */
export function functionVisitors(binder: Binder): Visitors {
  const { scopes, visit, visitType } = binder;
  const visitFunction = (node: FunctionNode) => {
    for (const parameter of node.params) {
      for (const each of ('decorators' in parameter && parameter.decorators) || []) visit(each);
    }
    const visitInside = () => {
      for (const parameter of node.params) {
        declarePattern('Parameter', parameter, { node }, binder);
        visitType(writtenTypeOf(parameter));
      }
      visitType(node.returnType);
      visitType(node.typeParameters);
      if (node.body?.type === 'BlockStatement') eachChild(node.body, visit);
      else visit(node.body);
    };
    scopes.inside('holder', visitInside, node.body);
  };
  const visitDeclared = (node: NodeOf<'FunctionDeclaration' | 'TSDeclareFunction'>) => {
    if (node.id) scopes.declare('FunctionName', node.id, node);
    visitFunction(node);
  };
  /** The name of a function expression is seen only in it. */
  const visitNamed = (node: NodeOf<'FunctionExpression' | 'TSEmptyBodyFunctionExpression'>) => {
    if (node.id) scopes.inside('block', () => visitDeclared(node));
    else visitFunction(node);
  };
  const visitClass = (node: NodeOf<'ClassDeclaration' | 'ClassExpression'>) => {
    const { id } = node;
    if (id && node.type === 'ClassDeclaration') scopes.declare('ClassName', id, node);
    for (const each of node.decorators ?? []) visit(each);
    scopes.inside('block', () => {
      if (id) scopes.declare('ClassName', id, node);
      visit(node.superClass);
      visitType(node.typeParameters);
      visitType(node.superTypeArguments);
      for (const each of node.implements ?? []) visitType(each);
      visit(node.body);
    });
  };
  const visitMember = (node: MemberNode) => {
    if (node.computed) visit(node.key);
    visit(node.value);
    for (const each of node.decorators ?? []) visit(each);
    visitType(writtenTypeOf(node));
  };
  return {
    ArrowFunctionExpression: visitFunction,
    FunctionExpression: visitNamed,
    TSEmptyBodyFunctionExpression: visitNamed,
    FunctionDeclaration: visitDeclared,
    TSDeclareFunction: visitDeclared,
    ClassDeclaration: visitClass,
    ClassExpression: visitClass,
    MethodDefinition: visitMember,
    TSAbstractMethodDefinition: visitMember,
    PropertyDefinition: visitMember,
    TSAbstractPropertyDefinition: visitMember,
    AccessorProperty: visitMember,
    TSAbstractAccessorProperty: visitMember,
    StaticBlock: (node) => scopes.inside('holder', () => eachChild(node, visit)),
  };
}
