import type { Node } from '../code-file.ts';
import { eachChild } from '../walk.ts';
import { patternOf } from './patterns.ts';
import type { Scopes } from './scopes.ts';
import type { DefinitionKind } from './variable.ts';

/** The nodes of types; functions are one kind of node with several. */
export type NodeOf<Type extends Node['type']> = Of<Node, Type>;
type Of<Each extends Node, Type> = Each extends unknown
  ? Extract<Each['type'], Type> extends never
    ? never
    : Each
  : never;
export type Visit = (node: Node | null | undefined) => void;

/** What is done at nodes of a type; where noVariable is said, their children are visited. */
export type Visitors = { readonly [Type in Node['type']]?: (node: NodeOf<Type>) => void };

/** What visitors share. */
export interface Binder {
  readonly scopes: Scopes;
  readonly visit: Visit;
  readonly visitType: Visit;
}

export function visitorOf(visitors: Visitors): Visit {
  const visit: Visit = (node) => {
    if (!node) return;
    const own = visitors[node.type] as ((node: Node) => void) | undefined;
    if (own) own(node);
    else eachChild(node, visit);
  };
  return visit;
}

/** Nodes with names that are no variables. */
export function noVariable(): void {}

interface Declaring {
  readonly node: Node;
  readonly parent?: Node;
  /** Whether a value stands beside it. */
  readonly isWritten?: boolean;
}

/** Declares the names of a pattern. */
export function declarePattern(
  type: DefinitionKind,
  pattern: Node,
  { node, parent, isWritten = false }: Declaring,
  { scopes, visit }: Binder,
): void {
  const { names, evaluated } = patternOf(pattern);
  for (const { identifier, defaults } of names) {
    scopes.declare(type, identifier, node, parent);
    const writes = defaults + (isWritten ? 1 : 0);
    for (let each = 0; each < writes; each += 1) scopes.write(identifier, { init: true });
  }
  for (const each of evaluated) visit(each);
}

/** Writes to what a pattern names. */
export function writePattern(pattern: Node, { scopes, visit }: Binder): void {
  const { names, evaluated } = patternOf(pattern);
  for (const { identifier, defaults } of names) {
    for (let each = 0; each <= defaults; each += 1) scopes.write(identifier, {});
  }
  for (const each of evaluated) visit(each);
}

export function writtenTypeOf(pattern: Node): Node | null | undefined {
  if (pattern.type === 'AssignmentPattern') return writtenTypeOf(pattern.left);
  if (pattern.type === 'TSParameterProperty') return writtenTypeOf(pattern.parameter);
  return 'typeAnnotation' in pattern ? pattern.typeAnnotation : undefined;
}
