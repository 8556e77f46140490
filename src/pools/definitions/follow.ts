import { atLeast } from '../../base/check-number.ts';
import { longestTimerMs } from '../../base/deadline.ts';
import type { DefinitionSource } from '../definition.ts';
import { DefinitionError, type DefinitionList } from './definition-list.ts';

/** Who is told of definitions; a PoolManager is one. */
export interface DefinitionRegistry {
  register(id: string, source: DefinitionSource): void;
  unregister(id: string): void;
}

export interface FollowOptions {
  /** How often the list is read again: 60 000 ms; 0 for when `refresh` is called alone. */
  readonly everyMs?: number;
  /** What a later reading failed by. The definitions from before stay in force. */
  readonly onError?: (error: unknown) => void;
}

/** A list of definitions that is followed. */
export interface FollowedDefinitions {
  /** Reads the list again, now. It throws what reading throws. */
  refresh(): Promise<void>;
  stop(): void;
}

/**
 * Registers all definitions of a list, and again when it changes: a changed one is a new generation of its pool, one that is
 * gone is unregistered. The first reading throws what it fails by.
 *
 * @throws PoolctlError VALUE_INVALID for an everyMs that no timer has
 */
export async function followDefinitions(
  manager: DefinitionRegistry,
  list: DefinitionList,
  { everyMs = 60_000, onError = () => {} }: FollowOptions = {},
): Promise<FollowedDefinitions> {
  atLeast('everyMs', everyMs, 0, longestTimerMs);
  let known = new Set<string>();
  let reading: Promise<void> | undefined;
  const read = async () => {
    const found = await list();
    for (const [id, definition] of found) {
      try {
        manager.register(id, definition instanceof DefinitionError ? () => Promise.reject(definition) : definition);
      } catch (error) {
        // One bad definition is no reason to refuse the others.
        if (!(error instanceof DefinitionError)) throw error;
        manager.register(id, () => Promise.reject(error));
      }
    }
    for (const id of known) if (!found.has(id)) manager.unregister(id);
    known = new Set(found.keys());
  };
  const refresh = () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  await refresh();
  const timer = everyMs > 0 ? setInterval(() => void refresh().catch(onError), everyMs).unref() : undefined;
  return { refresh, stop: () => clearInterval(timer) };
}
