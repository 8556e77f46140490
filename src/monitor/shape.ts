import type { AnyMethod } from './interpose.ts';

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Pools are known by what they can do, not by their class: an application may hold several copies of a library. */
export function hasMethods(candidate: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(candidate, name) === 'function');
}

/** The same function for its caller, which tells its arguments first. */
export function watched(callback: AnyMethod, tell: (results: readonly unknown[]) => void): AnyMethod {
  return function (this: unknown, ...results) {
    tell(results);
    return Reflect.apply(callback, this, results);
  };
}

/**
 * A promise that is settled as `result` is, one microtask later, after `tell` has seen how. A reaction beside the original
 * would hide that nobody handles its rejection.
 */
export function followed(
  result: unknown,
  resolved: (value: unknown) => void,
  rejected: (error: unknown) => void,
): unknown {
  if (!(result instanceof Promise)) return result;
  return result.then(
    (value: unknown) => {
      resolved(value);
      return value;
    },
    (error: unknown) => {
      rejected(error);
      throw error;
    },
  );
}

/** A listener, and the function that takes it away. */
export function listen(
  emitter: {
    on(event: string | symbol, listener: AnyMethod): unknown;
    off(event: string | symbol, listener: AnyMethod): unknown;
  },
  event: string | symbol,
  listener: AnyMethod,
): () => void {
  emitter.on(event, listener);
  return () => emitter.off(event, listener);
}

/** Undoes in the order that is opposite to the one in which it was done. */
export function undoAll(undo: readonly (() => void)[]): () => void {
  return () => {
    for (const take of [...undo].reverse()) take();
  };
}
