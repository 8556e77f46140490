import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { CallNode } from './syntax.ts';

/** Somebody waits for the end of a call: `await`, `return`, `.then`. */
export function isWaitedFor(file: CodeFile, call: CallNode): boolean {
  let child: Node = call;
  for (let parent = file.parentOf(child); parent; child = parent, parent = file.parentOf(child)) {
    if (parent.type === 'AwaitExpression' || parent.type === 'ReturnStatement') return true;
    if (parent.type === 'ArrowFunctionExpression') return parent.body === child;
    if (parent.type === 'ExpressionStatement' || parent.type === 'BlockStatement') return false;
  }
  return false;
}
