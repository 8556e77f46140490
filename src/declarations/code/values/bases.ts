import type { Node } from '../code-file.ts';
import { declaredBy } from '../declare.ts';
import { walk } from '../walk.ts';
import type { ClassValue, Evaluator, InstanceValue, LibraryValue } from './abstract.ts';
import { classesAbove } from './classes.ts';
import { libraryValue, typedBy } from './libraries.ts';
import { firstOfKind } from './make.ts';

/** What a class is by the class of a library that it extends, over any number of classes of the project. */
export function baseObject(of: InstanceValue | ClassValue, evaluator: Evaluator): LibraryValue | undefined {
  const own = of.kind === 'instance' ? of.of : of;
  for (const { node, frame } of [own, ...classesAbove(own, evaluator)]) {
    const above = node.superClass && firstOfKind(evaluator.evaluate(node.superClass, frame), 'external');
    const base = above && typedBy(above);
    if (!base) continue;
    const call = superCallIn(node);
    return libraryValue(base.object.library, base.object, () => {
      const args = call?.arguments.map((argument) => evaluator.evaluate(argument, frame)) ?? [];
      return call && declaredBy(call, above, args, frame, evaluator)[0];
    });
  }
  return undefined;
}

function superCallIn(node: Node): Extract<Node, { type: 'CallExpression' }> | undefined {
  let found: Extract<Node, { type: 'CallExpression' }> | undefined;
  walk(node, (inner) => {
    if (inner.type === 'CallExpression' && inner.callee.type === 'Super') found ??= inner;
  });
  return found;
}
