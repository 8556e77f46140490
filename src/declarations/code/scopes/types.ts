import type { Node } from '../code-file.ts';
import { patternOf } from './patterns.ts';
import { type Binder, type NodeOf, noVariable, type Visitors, writtenTypeOf } from './visitors.ts';

type FunctionTypeNode = NodeOf<
  | 'TSCallSignatureDeclaration'
  | 'TSConstructorType'
  | 'TSConstructSignatureDeclaration'
  | 'TSFunctionType'
  | 'TSMethodSignature'
>;

/** Names in types mean types, but for those behind `typeof`. */
export function typeVisitors({ scopes, visit: visitValue, visitType: visit }: Binder): Visitors {
  const visitFunction = (node: FunctionTypeNode) =>
    scopes.inside('innerType', () => {
      visit(node.typeParameters);
      for (const parameter of node.params) {
        for (const { identifier } of patternOf(parameter).names) scopes.declare('Parameter', identifier, node);
        visit(writtenTypeOf(parameter));
      }
      visit(node.returnType);
    });
  const visitNamed = (
    node: NodeOf<'TSInterfaceDeclaration' | 'TSTypeAliasDeclaration'>,
    parts: readonly (Node | null)[],
  ) => {
    scopes.declare('Type', node.id, node);
    if (node.typeParameters) scopes.inside('block', () => [node.typeParameters, ...parts].forEach(visit));
    else parts.forEach(visit);
  };
  const visitQueried = (name: Node) => {
    if (name.type === 'TSQualifiedName') visitQueried(name.left);
    else if (name.type === 'Identifier') scopes.refer(name, 'value');
    else visit(name);
  };
  return {
    PrivateIdentifier: noVariable,
    Identifier: (node) => scopes.refer(node, 'type'),
    MemberExpression: (node) => visit(node.object),
    TSQualifiedName: (node) => visit(node.left),
    TSNamedTupleMember: (node) => visit(node.elementType),
    TSImportType: (node) => visit(node.typeArguments),
    TSPropertySignature(node) {
      if (node.computed) visitValue(node.key);
      visit(node.typeAnnotation);
    },
    TSMethodSignature(node) {
      if (node.computed) visitValue(node.key);
      visitFunction(node);
    },
    TSCallSignatureDeclaration: visitFunction,
    TSConstructSignatureDeclaration: visitFunction,
    TSConstructorType: visitFunction,
    TSFunctionType: visitFunction,
    TSIndexSignature(node) {
      for (const each of node.parameters) visit(each.typeAnnotation);
      visit(node.typeAnnotation);
    },
    TSConditionalType(node) {
      scopes.inside('conditional', () => [node.checkType, node.extendsType, node.trueType].forEach(visit));
      visit(node.falseType);
    },
    TSInferType({ typeParameter }) {
      scopes.declareInferred(typeParameter.name, typeParameter);
      visit(typeParameter.constraint);
    },
    TSMappedType: (node) =>
      scopes.inside('innerType', () => {
        scopes.declare('Type', node.key, node);
        [node.constraint, node.nameType, node.typeAnnotation].forEach(visit);
      }),
    TSInterfaceDeclaration: (node) => visitNamed(node, [...node.extends, node.body]),
    TSTypeAliasDeclaration: (node) => visitNamed(node, [node.typeAnnotation]),
    TSTypeParameter(node) {
      scopes.declare('Type', node.name, node);
      visit(node.constraint);
      visit(node.default);
    },
    TSTypePredicate(node) {
      if (node.parameterName.type === 'Identifier') scopes.refer(node.parameterName, 'value');
      visit(node.typeAnnotation);
    },
    TSTypeQuery(node) {
      visitQueried(node.exprName);
      visit(node.typeArguments);
    },
  };
}
