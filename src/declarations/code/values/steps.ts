import type { Node } from '../code-file.ts';

/** How deep expressions are followed, and how many steps one question may take. */
const deepest = 120;
const mostSteps = 20_000;

/** The bounds of a question: every expression that is followed is one step of it. */
export interface Steps {
  /**
   * Works out one step; undefined where the node is being worked out already, or the question has become too long. `isFinal`
   * says that the answer holds for every other question too, and not only inside of a circle.
   */
  take<Value>(node: Node, work: () => Value): { readonly value: Value; readonly isFinal: boolean } | undefined;
}

export function makeSteps(): Steps {
  /** What is being worked out, with its depth. */
  const active = new Map<Node, number>();
  let steps = 0;
  /** The least depth of a node that was met again: what lies deeper has seen only a part of it. */
  let met = Number.POSITIVE_INFINITY;
  return {
    take(node, work) {
      const depth = active.size;
      if (depth === 0) steps = 0;
      const before = active.get(node);
      if (before !== undefined) {
        met = Math.min(met, before);
        return undefined;
      }
      // A question that was too long stays so: its parts are kept as they are, or the next one would take as long.
      if (depth >= deepest || steps >= mostSteps) return undefined;
      steps += 1;
      const metOutside = met;
      met = Number.POSITIVE_INFINITY;
      active.set(node, depth);
      try {
        const value = work();
        return { value, isFinal: met >= depth };
      } finally {
        active.delete(node);
        met = Math.min(metOutside, met >= depth ? Number.POSITIVE_INFINITY : met);
      }
    },
  };
}
