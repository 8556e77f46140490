import { visitorKeys } from 'oxc-parser';
import type { Node } from './code-file.ts';

/** The nodes directly below, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  eachChild(node, (child) => children.push(child));
  return children;
}

export function eachChild(node: Node, visit: (child: Node) => void): void {
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

/** Every node below a root from the outside in, in the order of the text. */
interface Flat {
  readonly nodes: readonly Node[];
  /** For each, the place of the node around it, and the one behind all that is below it. */
  readonly around: readonly number[];
  readonly ends: readonly number[];
}

/** Rules walk whole files, one after the other. */
const flats = new WeakMap<Node, Flat>();

/** Visits a node and all below it, from the outside in; `false` leaves out what is below. However deep they are nested. */
export function walk(root: Node, visit: (node: Node) => unknown): void {
  const { nodes, ends } = flatOf(root);
  for (let at = 0; at < nodes.length; ) {
    const node = nodes[at];
    at = node && visit(node) === false ? (ends[at] ?? nodes.length) : at + 1;
  }
}

/** The nodes around those of a file. */
export function parentsIn(program: Node): ReadonlyMap<Node, Node> {
  const { nodes, around } = flatOf(program);
  const parents = new Map<Node, Node>();
  for (const [at, node] of nodes.entries()) {
    const parent = nodes[around[at] ?? -1];
    if (parent) parents.set(node, parent);
  }
  return parents;
}

function flatOf(root: Node): Flat {
  const known = flats.get(root) ?? flatten(root);
  if (root.type === 'Program') flats.set(root, known);
  return known;
}

function flatten(root: Node): Flat {
  const nodes: Node[] = [];
  const around: number[] = [];
  const ends: number[] = [];
  let parent = -1;
  /** A number closes the node of that place. */
  const pending: (Node | number)[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'number') {
      ends[next] = nodes.length;
      parent = around[next] ?? -1;
      continue;
    }
    around.push(parent);
    parent = nodes.push(next) - 1;
    pending.push(parent);
    const first = pending.length;
    eachChild(next, (child) => pending.push(child));
    reverseFrom(pending, first);
  }
  return { nodes, around, ends };
}

/** In place: the first child is to be the next. */
function reverseFrom<T>(items: T[], first: number): void {
  for (let [left, right] = [first, items.length - 1]; left < right; left += 1, right -= 1) {
    const [one, other] = [items[left], items[right]];
    if (one !== undefined && other !== undefined) [items[left], items[right]] = [other, one];
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
