import type { TargetLook, Watcher } from '../../src/watch/look.ts';
import { openWatcher, type WatcherOptions } from '../../src/watch/looks/open.ts';
import { targetOf } from './asking.ts';
import type { Login, Protocol } from './sessions.ts';

/** Opens watchers, and closes all of them at the end. */
export class Watchers {
  readonly #open: Watcher[] = [];

  async open(protocol: Protocol, login: Login, options: Partial<WatcherOptions> = {}): Promise<Watcher> {
    const signal = new AbortController().signal;
    const watcher = await openWatcher(targetOf(protocol, login), { timeoutMs: 10_000, signal, ...options });
    this.#open.push(watcher);
    return watcher;
  }

  /** One look on a connection of its own. */
  async look(protocol: Protocol, login: Login): Promise<TargetLook> {
    const watcher = await this.open(protocol, login);
    try {
      return await watcher.look();
    } finally {
      await watcher.close();
    }
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((watcher) => watcher.close()));
  }
}

/** How many connections the groups have, by what is named: `byApplication(look)` or with the state. */
export function groupCounts(
  { groups }: Pick<TargetLook, 'groups'>,
  name: (group: TargetLook['groups'][number]) => string,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const group of groups) counts[name(group)] = (counts[name(group)] ?? 0) + group.connections;
  return counts;
}
