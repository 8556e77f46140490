import { checkEventName, type PoolEventMap, type PoolEventName } from './events.ts';

type Listener<Name extends PoolEventName> = (event: PoolEventMap[Name]) => void;

/** Tells listeners what happens. One that throws ends up as an uncaught exception, and never inside the manager. */
export class PoolEmitter {
  readonly #listeners = new Map<PoolEventName, Set<Listener<never>>>();

  /** Gives the function that ends listening. @throws TypeError where the listener is no function; PoolctlError VALUE_INVALID for a name that no event has */
  on<Name extends PoolEventName>(name: Name, listener: Listener<Name>): () => void {
    checkEventName(name);
    if (typeof listener !== 'function') throw new TypeError(`The listener of ${name} is no function.`);
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  isHeard(name: PoolEventName): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<Name extends PoolEventName>(name: Name, event: PoolEventMap[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as Listener<Name>)(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
