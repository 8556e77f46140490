import type { Node } from './code-file.ts';
import { knownLibrary, makerNames, makerWords } from './libraries/index.ts';
import type { Module } from './modules.ts';
import { packageOf } from './packages.ts';

const words = new RegExp(`\\b(?:${makerWords.join('|')})\\b`);

/** Whether a file may make a pool, by its text: most of those that use a library do not. */
export function mayMakePool(text: string): boolean {
  return words.test(text);
}

/**
 * Whether a callee may be the export of a library that makes a pool, by its form and without following it: functions of the
 * project are none, and following each of them would parse the files that they come from.
 */
export function mayMake(callee: Node, module: Module): boolean {
  if (callee.type === 'MemberExpression') return callee.computed || isMakerName(nameOf(callee.property));
  if (callee.type !== 'Identifier')
    return callee.type !== 'FunctionExpression' && callee.type !== 'ArrowFunctionExpression';
  const [definition] = module.bindings(callee)?.defs ?? [];
  if (!definition) return false;
  switch (definition.type) {
    case 'Variable':
      return true;
    case 'ImportBinding': {
      const specifier = definition.node;
      const declaration = module.file.parentOf(specifier);
      if (specifier.type === 'TSImportEqualsDeclaration') return true;
      const source = declaration?.type === 'ImportDeclaration' ? declaration.source.value : '';
      if (knownLibrary(packageOf(source).name)) return true;
      return isMakerName(specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : callee.name);
    }
    default:
      return false;
  }
}

function isMakerName(name: string): boolean {
  return makerNames.has(name) || name === 'default';
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : '';
}
