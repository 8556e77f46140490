import type { Node } from '../code-file.ts';
import { type Binder, noVariable, type Visitors } from './visitors.ts';

/** What a module imports and exports. */
export function moduleVisitors({ scopes, visit }: Binder): Visitors {
  const visitExported = (node: Node) => {
    if (node.type === 'Identifier') scopes.refer(node, 'both');
    else visit(node);
  };
  return {
    ImportAttribute: noVariable,
    ImportDeclaration(node) {
      for (const each of node.specifiers) scopes.declare('ImportBinding', each.local, each, node);
    },
    TSImportEqualsDeclaration(node) {
      scopes.declare('ImportBinding', node.id, node, node);
      visit(leftmost(node.moduleReference));
    },
    ExportAllDeclaration: noVariable,
    ExportNamedDeclaration(node) {
      visit(node.declaration);
      for (const { local, exportKind } of node.source ? [] : node.specifiers) {
        const isType = exportKind === 'type' || node.exportKind === 'type';
        if (local.type === 'Identifier') scopes.refer(local, isType ? 'type' : 'both');
      }
    },
    ExportDefaultDeclaration: (node) => visitExported(node.declaration),
    TSExportAssignment: (node) => visitExported(node.expression),
  };
}

/** The first name of a dotted one. */
function leftmost(node: Node): Node {
  return node.type === 'TSQualifiedName' ? leftmost(node.left) : node;
}
