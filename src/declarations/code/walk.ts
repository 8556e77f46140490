import { visitorKeys } from 'oxc-parser';
import type { Node } from './code-file.ts';

/** The nodes directly below, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const value = fields[key];
    return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
  });
}

/** Visits a node and all below it, from the outside in and in the order of the text; `false` leaves out what is below. */
export function walk(node: Node, visit: (node: Node) => unknown): void {
  const pending = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (visit(next) !== false) pending.push(...childrenOf(next).reverse());
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
