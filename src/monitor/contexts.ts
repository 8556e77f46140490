import { AsyncLocalStorage } from 'node:async_hooks';
import type { ObservedAcquire } from './acquire.ts';

/** What an asynchronous context has asked for and may still hold, of all pools. */
const contexts = new AsyncLocalStorage<readonly ObservedAcquire[]>();

/** Notes what the context of the caller holds; from now on it has asked for this one too. */
export function enterContext(acquire: ObservedAcquire): void {
  const open = (contexts.getStore() ?? []).filter(({ outcome }) => outcome === 'held' || outcome === 'waiting');
  contexts.enterWith([...open, acquire]);
  const held = open.filter(({ outcome, isLongLived }) => outcome === 'held' && !isLongLived);
  acquire.heldInContext = held.length;
  acquire.holder = held.at(-1);
}
