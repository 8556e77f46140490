import type { Node } from '../code-file.ts';
import { eachChild } from '../walk.ts';

/** What is written to by a pattern, and what is evaluated for it. */
export interface Pattern {
  /** The identifiers, each with the number of defaults around it: one of them may be what is written. */
  readonly names: readonly { readonly identifier: Node; readonly defaults: number }[];
  /** Defaults, computed keys and the objects of members. */
  readonly evaluated: readonly Node[];
}

/** Takes apart what stands left of an assignment, in a declaration, or as a parameter. */
export function patternOf(root: Node): Pattern {
  const names: { identifier: Node; defaults: number }[] = [];
  const evaluated: Node[] = [];
  const take = (node: Node, defaults: number): void => {
    switch (node.type) {
      case 'Identifier':
        names.push({ identifier: node, defaults });
        return;
      case 'AssignmentPattern':
        take(node.left, defaults + 1);
        evaluated.push(node.right);
        return;
      case 'Property':
        if (node.computed) evaluated.push(node.key);
        take(node.value, defaults);
        return;
      case 'MemberExpression':
        if (node.computed) evaluated.push(node.property);
        evaluated.push(node.object);
        return;
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
        take(node.expression, defaults);
        return;
      case 'CallExpression':
        evaluated.push(node);
        return;
      case 'Decorator':
      case 'TSTypeAnnotation':
        return;
      default:
        eachChild(node, (child) => take(child, defaults));
    }
  };
  take(root, 0);
  return { names, evaluated };
}
