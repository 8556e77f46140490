import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import { propertyOf } from '../flow/syntax.ts';

/** A name of a package in a file. */
export interface Imported {
  /** `default` for the module itself too. */
  readonly exported: string;
  is(node: Node): boolean;
}

/** What a file imports from a package, by `import` or `require`; members of the module count as its exports. */
export function importsOf(file: CodeFile, name: string): readonly Imported[] {
  const found: Imported[] = [];
  if (!file.text.includes(name)) return found;
  const add = (exported: string, local: string) =>
    found.push({ exported, is: (node) => node.type === 'Identifier' && node.name === local });
  const addModule = (local: string) => {
    add('default', local);
    found.push(...membersOf(file, local));
  };
  walk(file.program, (node) => {
    if (node.type === 'ImportDeclaration' && node.source.value === name) {
      for (const specifier of node.specifiers) {
        if (specifier.type !== 'ImportSpecifier') addModule(specifier.local.name);
        else if (specifier.imported.type === 'Identifier') add(specifier.imported.name, specifier.local.name);
      }
    }
    if (node.type !== 'VariableDeclarator' || !node.init || !isRequireOf(node.init, name)) return;
    if (node.id.type === 'Identifier') addModule(node.id.name);
    if (node.id.type !== 'ObjectPattern') return;
    for (const property of node.id.properties) {
      if (property.type === 'Property' && property.key.type === 'Identifier' && property.value.type === 'Identifier')
        add(property.key.name, property.value.name);
    }
  });
  // `require('connect-pg-simple')(session)`
  found.push({ exported: 'default', is: (node) => isRequireOf(node, name) });
  return found;
}

/** `PgBoss.PgBoss`, `worker.run`. */
function membersOf(file: CodeFile, local: string): readonly Imported[] {
  const names = new Set<string>();
  walk(file.program, (node) => {
    const member = isMemberOf(node, local) ? propertyOf(node) : undefined;
    if (member !== undefined) names.add(member);
  });
  return [...names].map((exported) => ({
    exported,
    is: (node) => isMemberOf(node, local) && propertyOf(node) === exported,
  }));
}

function isMemberOf(node: Node, local: string): boolean {
  return node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === local;
}

function isRequireOf(node: Node, name: string): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'require')
    return false;
  const [argument] = node.arguments;
  return argument?.type === 'Literal' && argument.value === name;
}
