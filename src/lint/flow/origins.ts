import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import { variableAt } from './names.ts';
import { bare, isFunction, keyOf, propertyOf } from './syntax.ts';

/** Links from an object to its package, so that a circle of declarations ends. */
const mostLinks = 16;

/** The package that an object comes from: `axios` of `client.get`, where `const client = axios.create()`. */
export function originPackage(file: CodeFile, expression: Node, links = mostLinks): string | undefined {
  if (links === 0) return undefined;
  const of = (node: Node) => originPackage(file, node, links - 1);
  const node = bare(expression);
  switch (node.type) {
    case 'AwaitExpression':
      // What a service answers is no client of it.
      return node.argument.type === 'ImportExpression' ? of(node.argument) : undefined;
    case 'Identifier':
      return originOfName(file, node, links);
    case 'MemberExpression':
      return node.object.type === 'ThisExpression' ? originOfField(file, node, links) : of(node.object);
    case 'NewExpression':
    case 'CallExpression': {
      const [name] = node.arguments;
      const callee = bare(node.callee);
      if (callee.type === 'Identifier' && callee.name === 'require') {
        return name?.type === 'Literal' && typeof name.value === 'string' ? name.value : undefined;
      }
      return of(node.callee);
    }
    case 'ImportExpression':
      return node.source.type === 'Literal' && typeof node.source.value === 'string' ? node.source.value : undefined;
    default:
      return undefined;
  }
}

function originOfName(file: CodeFile, name: Node, links: number): string | undefined {
  const variable = variableAt(file, name);
  if (!variable || variable.defs.length === 0) return name.type === 'Identifier' ? globals[name.name] : undefined;
  for (const { node } of variable.defs) {
    const declaring = node;
    const around = file.parentOf(declaring);
    if (around?.type === 'ImportDeclaration') return around.source.value;
    if (declaring.type === 'VariableDeclarator') {
      if (declaring.id.type === 'Identifier' && declaring.id.typeAnnotation) {
        const typed = originOfType(file, declaring.id.typeAnnotation.typeAnnotation, links);
        if (typed !== undefined) return typed;
      }
      return declaring.init ? originPackage(file, declaring.init, links - 1) : undefined;
    }
    if (isFunction(declaring)) return originOfParameter(file, name, declaring, links);
  }
  return undefined;
}

/** Functions that every runtime has. */
const globals: Readonly<Record<string, string>> = { fetch: 'fetch' };

function originOfParameter(file: CodeFile, name: Node, { params }: { params: readonly Node[] }, links: number) {
  for (const parameter of params) {
    const named = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
    if (named.type !== 'Identifier' || name.type !== 'Identifier' || named.name !== name.name) continue;
    return named.typeAnnotation ? originOfType(file, named.typeAnnotation.typeAnnotation, links) : undefined;
  }
  return undefined;
}

function originOfType(file: CodeFile, type: Node, links: number): string | undefined {
  if (type.type !== 'TSTypeReference') return undefined;
  let name: Node = type.typeName;
  while (name.type === 'TSQualifiedName') name = name.left;
  return name.type === 'Identifier' ? originPackage(file, name, links - 1) : undefined;
}

/** `this.http`: by its type, or by what the class gives it. */
function originOfField(file: CodeFile, field: Node, links: number): string | undefined {
  const name = propertyOf(field);
  let body = file.parentOf(field);
  while (body && body.type !== 'ClassBody') body = file.parentOf(body);
  if (!body || name === undefined) return undefined;
  for (const member of body.body) {
    if (member.type === 'PropertyDefinition' && keyOf(member) === name) {
      const typed = member.typeAnnotation && originOfType(file, member.typeAnnotation.typeAnnotation, links);
      return typed ?? (member.value ? originPackage(file, member.value, links - 1) : undefined);
    }
    if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') continue;
    for (const parameter of member.value.params) {
      if (parameter.type !== 'TSParameterProperty' || parameter.parameter.type !== 'Identifier') continue;
      if (parameter.parameter.name !== name || !parameter.parameter.typeAnnotation) continue;
      return originOfType(file, parameter.parameter.typeAnnotation.typeAnnotation, links);
    }
  }
  return undefined;
}
