import type { OwnedPool } from './adapter.ts';
import { ownerAdapters, poolAdapters } from './adapters/index.ts';
import { PoolObserver } from './observer.ts';
import { PoolMonitor } from './pool-monitor.ts';

interface Attachment {
  readonly monitor: PoolMonitor;
  readonly nameGiven: string | undefined;
  readonly stop: () => void;
  users: number;
}

/** One observer a pool, however often and through whichever owner it is instrumented. */
const attachments = new WeakMap<object, Attachment>();

/** Undefined where no adapter knows the pool. A pool that is observed already is the same monitor once more, supervised as before. */
export function claimPool(
  { pool, ...place }: Omit<OwnedPool, 'role'>,
  name: string | undefined,
  supervised: (monitor: PoolMonitor) => () => void,
): PoolMonitor | undefined {
  const known = attachments.get(pool);
  if (known) {
    if (name !== undefined && name !== (known.nameGiven ?? known.monitor.name))
      throw secondName(known.monitor.name, name);
    known.users += 1;
    return known.monitor;
  }
  for (const adapter of poolAdapters) {
    const observer = new PoolObserver({ now: () => performance.now() });
    const attached = adapter.attach(pool, observer);
    if (!attached) continue;
    const monitor = new PoolMonitor(adapter.library, { ...attached, ...place }, observer, name);
    attachments.set(pool, { monitor, nameGiven: name, users: 1, stop: supervised(monitor) });
    return monitor;
  }
  return undefined;
}

/** The last user of a pool takes the observer away from it. */
export function releasePool(pool: object): void {
  const known = attachments.get(pool);
  if (!known) return;
  known.users -= 1;
  if (known.users > 0) return;
  attachments.delete(pool);
  known.stop();
  known.monitor.detach();
}

/** Undefined where no adapter knows the owner. */
export function watchOwner(owner: object, found: (pools: readonly OwnedPool[]) => void): (() => void) | undefined {
  for (const adapter of ownerAdapters) {
    const stop = adapter.watch(owner, found);
    if (stop) return stop;
  }
  return undefined;
}

export function knownLibraries(): string[] {
  return [...new Set([...poolAdapters, ...ownerAdapters].map(({ library }) => library))];
}

export function secondName(first: string, second: string): Error {
  return new Error(
    `This pool is observed under the name "${first}" and cannot have a second one, "${second}". Give one name only.`,
  );
}
