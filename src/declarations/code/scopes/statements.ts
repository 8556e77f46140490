import type { Node } from '../code-file.ts';
import { eachChild } from '../walk.ts';
import { patternOf } from './patterns.ts';
import {
  type Binder,
  declarePattern,
  type NodeOf,
  noVariable,
  type Visitors,
  writePattern,
  writtenTypeOf,
} from './visitors.ts';

/** Declarations, blocks and loops. */
export function statementVisitors(binder: Binder): Visitors {
  const { scopes, visit, visitType } = binder;
  const insideLoop = (head: Node | null, inner: () => void) => {
    if (head?.type === 'VariableDeclaration' && head.kind !== 'var') scopes.inside('block', inner);
    else inner();
  };
  const visitLoop = (node: NodeOf<'ForInStatement' | 'ForOfStatement'>) =>
    insideLoop(node.left, () => {
      if (node.left.type === 'VariableDeclaration') {
        visit(node.left);
        const names = node.left.declarations.flatMap(({ id }) => patternOf(id).names);
        for (const { identifier } of names) scopes.write(identifier, { init: true });
      } else writePattern(node.left, binder);
      visit(node.right);
      visit(node.body);
    });
  return {
    BreakStatement: noVariable,
    ContinueStatement: noVariable,
    VariableDeclaration(node) {
      for (const declarator of node.declarations) {
        const declaring = { node: declarator, parent: node, isWritten: declarator.init !== null };
        declarePattern('Variable', declarator.id, declaring, binder);
        visit(declarator.init);
        visitType(writtenTypeOf(declarator.id));
      }
    },
    BlockStatement: (node) => scopes.inside('block', () => eachChild(node, visit)),
    CatchClause: (node) =>
      scopes.inside('block', () => {
        if (node.param) declarePattern('CatchClause', node.param, { node }, binder);
        visit(node.body);
      }),
    SwitchStatement(node) {
      visit(node.discriminant);
      scopes.inside('block', () => node.cases.forEach(visit));
    },
    ForStatement: (node) => insideLoop(node.init, () => eachChild(node, visit)),
    ForInStatement: visitLoop,
    ForOfStatement: visitLoop,
    WithStatement(node) {
      visit(node.object);
      scopes.inside('with', () => visit(node.body));
    },
    LabeledStatement: (node) => visit(node.body),
    TSInterfaceDeclaration: visitType,
    TSTypeAliasDeclaration: visitType,
    TSIndexSignature: visitType,
    TSEnumDeclaration(node) {
      scopes.declare('TSEnumName', node.id, node);
      scopes.inside('block', () => {
        for (const member of node.body.members) {
          scopes.declare('TSEnumMemberName', member.id, member);
          visit(member.initializer);
        }
      });
    },
    TSModuleDeclaration(node) {
      if (node.id.type === 'Identifier' && node.kind !== 'global') scopes.declare('TSModuleName', node.id, node);
      scopes.inside('holder', () => visit(node.body));
    },
  };
}
