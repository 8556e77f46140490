export type AnyMethod = (...args: unknown[]) => unknown;

let running: AnyMethod | undefined;

/** What stands before the method whose call is running: the last frame of ours on the stack. */
export function runningInterposition(): AnyMethod | undefined {
  return running;
}

/**
 * Puts `around` before a method of one object; gives the function that takes it away again. The property is restored as it
 * was found. What others put over it later stays, and then calls through to the original.
 */
export function interpose(
  target: object,
  key: string,
  around: (original: AnyMethod, self: unknown, args: unknown[]) => unknown,
): () => void {
  const before = Object.getOwnPropertyDescriptor(target, key);
  // A method of the class is looked up at each call: others may patch or restore the class meanwhile.
  const original = (): AnyMethod => before?.value ?? Reflect.get(Object.getPrototypeOf(target), key, target);
  let isDetached = false;
  function interposed(this: unknown, ...args: unknown[]): unknown {
    if (isDetached) return Reflect.apply(original(), this, args);
    const outer = running;
    running = interposed;
    try {
      return around(original(), this, args);
    } finally {
      running = outer;
    }
  }
  Object.defineProperty(interposed, 'name', { value: original().name, configurable: true });
  Object.defineProperty(interposed, 'length', { value: original().length, configurable: true });
  Object.defineProperty(target, key, {
    value: interposed,
    writable: true,
    configurable: true,
    enumerable: before?.enumerable ?? false,
  });
  return () => {
    isDetached = true;
    if (Object.getOwnPropertyDescriptor(target, key)?.value !== interposed) return;
    if (before) Object.defineProperty(target, key, before);
    else Reflect.deleteProperty(target, key);
  };
}
