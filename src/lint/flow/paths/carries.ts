import type { Node } from '../../../declarations/code/code-file.ts';
import { bare, isFunction } from '../syntax.ts';
import type { Subject } from './subject.ts';

/** Whoever gets this value gets the subject, or a function that gives it back. */
export function carries(subject: Subject, value: Node): boolean {
  return reaches(value, (node) => subject.is(node) || givesBack(subject, node));
}

/** Whoever gets this value can give the subject back. */
export function carriesRelease(subject: Subject, value: Node): boolean {
  return reaches(value, (node) => givesBack(subject, node));
}

function givesBack(subject: Subject, node: Node): boolean {
  return subject.givesBackWhenCalled(node) || (isFunction(node) && subject.canGiveBackIn(node));
}

/** Whether a value is such a node, or has one as a part of it. */
function reaches(value: Node, isMeant: (node: Node) => boolean): boolean {
  const node = bare(value);
  if (isMeant(node)) return true;
  const any = (nodes: readonly (Node | null)[]) => nodes.some((part) => part !== null && reaches(part, isMeant));
  switch (node.type) {
    case 'AwaitExpression':
    case 'SpreadElement':
      return reaches(node.argument, isMeant);
    case 'ObjectExpression':
      return any(node.properties.map((entry) => (entry.type === 'Property' ? entry.value : entry)));
    case 'ArrayExpression':
      return any(node.elements);
    case 'ConditionalExpression':
      return any([node.consequent, node.alternate]);
    case 'LogicalExpression':
      return any([node.left, node.right]);
    case 'AssignmentExpression':
      return reaches(node.right, isMeant);
    case 'SequenceExpression':
      return any(node.expressions.slice(-1));
    default:
      return false;
  }
}
