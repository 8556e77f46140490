import type { Node } from '../code-file.ts';
import type { Abstract, Evaluator } from './abstract.ts';
import { environmentVariable } from './environment.ts';
import { exportOf } from './exports.ts';
import { follow } from './expressions.ts';
import { returned } from './functions.ts';
import { importOf } from './imports.ts';
import { unresolved } from './make.ts';
import { memberOf } from './members.ts';
import { makeSteps } from './steps.ts';
import { typedAs } from './types.ts';
import { valueOfVariable } from './variables.ts';

/**
 * Follows expressions to what they come to, without running anything. A question ends after a bounded number of steps; what
 * it has not found by then is unknown. Answers are kept for as long as the evaluator.
 */
export function makeEvaluator(): Evaluator {
  const steps = makeSteps();
  // One for each number of files on the way: further away, less is followed.
  const values = Array.from({ length: 5 }, () => new WeakMap<Node, Abstract>());
  const types = Array.from({ length: 5 }, () => new WeakMap<Node, { readonly type: Abstract | undefined }>());
  const evaluator: Evaluator = {
    evaluate(node, frame) {
      const memo = frame.bindings || frame.self ? undefined : values[frame.hops];
      const before = memo?.get(node);
      if (before) return before;
      const done = steps.take(node, () => follow(node, frame, evaluator));
      if (!done) return unresolved('it refers to itself, or is too long a way to its value');
      if (done.isFinal) memo?.set(node, done.value);
      return done.value;
    },
    variable: (variable, frame) => valueOfVariable(variable, frame, evaluator),
    member: (of, name, frame) => memberOf(of, name, frame, evaluator),
    call(callee, args) {
      const done = steps.take(callee.node, () => returned(callee, args, evaluator));
      return done?.value ?? unresolved('a function that calls itself');
    },
    typed(type, frame) {
      const memo = types[frame.hops];
      const before = memo?.get(type);
      if (before) return before.type;
      const done = steps.take(type, () => typedAs(type, frame, evaluator));
      if (done?.isFinal) memo?.set(type, { type: done.value });
      return done?.value;
    },
    exported: (module, name, hops) => exportOf(module, name, hops, evaluator),
    imported: (specifier, frame) => importOf(specifier, frame, evaluator),
    environment: (name, frame) => environmentVariable(name, frame),
  };
  return evaluator;
}
