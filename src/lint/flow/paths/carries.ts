import type { Node } from '../../../declarations/code/code-file.ts';
import { bare, isFunction } from '../syntax.ts';
import type { Subject } from './subject.ts';

/** Whoever gets this value gets the subject, or a function that gives it back. */
export function carries(subject: Subject, value: Node): boolean {
  const node = bare(value);
  if (subject.is(node) || subject.givesBackWhenCalled(node)) return true;
  const any = (nodes: readonly (Node | null)[]) => nodes.some((inner) => inner !== null && carries(subject, inner));
  if (isFunction(node)) return subject.canGiveBackIn(node);
  switch (node.type) {
    case 'AwaitExpression':
    case 'SpreadElement':
      return carries(subject, node.argument);
    case 'ObjectExpression':
      return any(node.properties.map((entry) => (entry.type === 'Property' ? entry.value : entry)));
    case 'ArrayExpression':
      return any(node.elements);
    case 'ConditionalExpression':
      return any([node.consequent, node.alternate]);
    case 'LogicalExpression':
      return any([node.left, node.right]);
    case 'AssignmentExpression':
      return carries(subject, node.right);
    case 'SequenceExpression':
      return any(node.expressions.slice(-1));
    default:
      return false;
  }
}
