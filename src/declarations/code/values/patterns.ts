import type { Node } from '../code-file.ts';
import type { Abstract, Evaluator, Frame, ListValue } from './abstract.ts';
import { each, either, firstOfKind, scalar, unresolved } from './make.ts';
import { entryName } from './objects.ts';

/**
 * What a name in a pattern gets when the pattern takes apart a value: `b` of `{ a: [b = 1] }`. Undefined where the name is
 * not in the pattern.
 */
export function takenFrom(
  pattern: Node,
  name: Node,
  value: () => Abstract,
  frame: Frame,
  evaluator: Evaluator,
): Abstract | undefined {
  switch (pattern.type) {
    case 'Identifier':
      return pattern === name ? value() : undefined;
    case 'AssignmentPattern':
      return takenFrom(
        pattern.left,
        name,
        () => withDefault(value(), () => evaluator.evaluate(pattern.right, frame)),
        frame,
        evaluator,
      );
    case 'TSParameterProperty':
      return takenFrom(pattern.parameter, name, value, frame, evaluator);
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        const found =
          property.type === 'RestElement'
            ? takenFrom(property.argument, name, () => unresolved('the rest of an object'), frame, evaluator)
            : takenFrom(property.value, name, () => fieldOf(property), frame, evaluator);
        if (found) return found;
      }
      return undefined;
    case 'ArrayPattern':
      for (const [index, element] of pattern.elements.entries()) {
        if (!element) continue;
        const found =
          element.type === 'RestElement'
            ? takenFrom(element.argument, name, () => rest(value(), index), frame, evaluator)
            : takenFrom(element, name, () => evaluator.member(value(), String(index), frame), frame, evaluator);
        if (found) return found;
      }
      return undefined;
    case 'RestElement':
      return takenFrom(pattern.argument, name, value, frame, evaluator);
    default:
      return undefined;
  }

  function fieldOf(property: Parameters<typeof entryName>[0]): Abstract {
    const key = entryName(property, frame, evaluator);
    return key === undefined ? unresolved('a name that is computed') : evaluator.member(value(), key, frame);
  }
}

/** `a = 10` in a pattern or among parameters: the default counts where nothing is given. */
export function withDefault(value: Abstract, preset: () => Abstract): Abstract {
  return each(value, (one) => {
    if (one.kind === 'scalar') return one.value === undefined ? preset() : one;
    if (one.kind !== 'unknown') return one;
    return one.missing && one.missing.value === undefined ? preset() : either([one, preset()]);
  });
}

function rest(value: Abstract, from: number): ListValue | ReturnType<typeof unresolved> {
  const list = firstOfKind(value, 'list');
  return list ? { ...list, items: list.items.slice(from) } : unresolved('the rest of a list');
}

/** Binds every name in the parameters of a function. */
export function namesIn(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'TSParameterProperty':
      return namesIn(pattern.parameter);
    case 'RestElement':
      return namesIn(pattern.argument);
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
    default:
      return [];
  }
}

/** The type that stands at a parameter, or at a name in a pattern. */
export function annotationOf(pattern: Node): Node | undefined {
  switch (pattern.type) {
    case 'Identifier':
    case 'ObjectPattern':
    case 'ArrayPattern':
      return pattern.typeAnnotation?.typeAnnotation;
    case 'AssignmentPattern':
      return annotationOf(pattern.left);
    case 'TSParameterProperty':
      return annotationOf(pattern.parameter);
    default:
      return undefined;
  }
}

export const nothing = (): Abstract => scalar(undefined);
