import type { CodeFile, Node } from '../../../declarations/code/code-file.ts';
import { bare } from '../syntax.ts';
import { type Status, uncertain } from './status.ts';

/**
 * The status in the guard of `if (isReleased) return; isReleased = true; client.release();`: it is left early only when
 * what stands behind it has run before.
 */
export function onceOnly(file: CodeFile, guard: Extract<Node, { type: 'IfStatement' }>, status: Status): Status {
  return isOnceGuard(file, guard) ? uncertain(status) : status;
}

function isOnceGuard(file: CodeFile, guard: Extract<Node, { type: 'IfStatement' }>): boolean {
  const block = file.parentOf(guard);
  const next =
    block?.type === 'BlockStatement'
      ? block.body[block.body.findIndex(({ start }) => start === guard.start) + 1]
      : undefined;
  const set = next?.type === 'ExpressionStatement' ? next.expression : undefined;
  if (!returns(guard.consequent) || set?.type !== 'AssignmentExpression') return false;
  const test = bare(guard.test);
  const isNegated = test.type === 'UnaryExpression' && test.operator === '!';
  const flag = isNegated ? bare(test.argument) : test;
  const value = bare(set.right);
  const textOf = ({ start, end }: Node) => file.text.slice(start, end);
  return value.type === 'Literal' && value.value === !isNegated && textOf(set.left) === textOf(flag);
}

function returns(statement: Node): boolean {
  if (statement.type !== 'BlockStatement') return statement.type === 'ReturnStatement';
  return statement.body.length === 1 && statement.body[0]?.type === 'ReturnStatement';
}
