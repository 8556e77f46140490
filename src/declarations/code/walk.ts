import { visitorKeys } from 'oxc-parser';
import type { Node } from './code-file.ts';

/** The nodes directly below, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  eachChild(node, (child) => children.push(child));
  return children;
}

/** Without a list: every rule walks every node. */
function eachChild(node: Node, visit: (child: Node) => void): void {
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  for (const key of visitorKeys[node.type] ?? []) {
    const value = fields[key];
    if (!Array.isArray(value)) {
      if (isNode(value)) visit(value);
      continue;
    }
    for (const item of value) if (isNode(item)) visit(item);
  }
}

/** Visits a node and all below it, from the outside in; `false` leaves out what is below. However deep they are nested. */
export function walk(root: Node, visit: (node: Node) => unknown): void {
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (visit(node) === false) continue;
    const first = pending.length;
    eachChild(node, (child) => pending.push(child));
    reverseFrom(pending, first);
  }
}

/** In place: the first child is to be the next. */
function reverseFrom(nodes: Node[], first: number): void {
  for (let [left, right] = [first, nodes.length - 1]; left < right; left += 1, right -= 1) {
    const [one, other] = [nodes[left], nodes[right]];
    if (one && other) [nodes[left], nodes[right]] = [other, one];
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
