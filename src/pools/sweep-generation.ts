import type { PoolObserver } from '../monitor/observer.ts';
import type { Connections } from './connections.ts';
import type { PoolContext } from './context.ts';
import type { CompleteDefinition } from './defaults.ts';
import type { EvictionReason, PoolEventMap } from './events.ts';

/** Of a generation that lends nothing any more. */
export interface Draining {
  readonly reason: EvictionReason;
  readonly sinceMs: number;
  /** As it was told last. */
  level: 'info' | 'warn' | 'error';
}

/** A generation, as far as it is swept. */
interface Swept {
  readonly connections: Connections;
  readonly definition: CompleteDefinition;
  readonly used: number;
  readonly draining: Draining | undefined;
}

type Tell = <Name extends 'leak' | 'pool.draining'>(
  name: Name,
  event: Omit<PoolEventMap[Name], 'id' | 'generation'>,
) => void;

/** Closes what was idle for too long or is too old, and tells of what is out for too long. */
export function sweepGeneration(swept: Swept, context: PoolContext, observer: PoolObserver, tell: Tell): void {
  closeIdle(swept, context);
  tellLeaks(swept, context, observer, tell);
  warnOfDraining(swept, context, tell);
}

function closeIdle({ connections, definition }: Swept, { clock }: PoolContext): void {
  const now = clock.now();
  for (const connection of [...connections.idle]) {
    const isSpare = connections.live > definition.min;
    if (now >= connection.expiresAtMs) connections.close(connection, 'lifetime');
    else if (isSpare && now - connection.sinceMs >= definition.idleMs) connections.close(connection, 'idle');
  }
}

function tellLeaks({ connections }: Swept, { clock, settings }: PoolContext, observer: PoolObserver, tell: Tell): void {
  if (settings.leakMs === 0) return;
  for (const connection of connections.lent) {
    const ageMs = clock.now() - connection.sinceMs;
    if (connection.isLeak || ageMs < settings.leakMs) continue;
    connection.isLeak = true;
    const stack = observer.held.get(connection)?.stack;
    tell('leak', { ageMs, returned: false, ...(stack !== undefined && { stack }) });
  }
}

function warnOfDraining({ draining, used }: Swept, { clock, settings }: PoolContext, tell: Tell): void {
  if (!draining || used === 0) return;
  const ageMs = clock.now() - draining.sinceMs;
  const level = ageMs >= settings.drainErrorMs ? 'error' : ageMs >= settings.drainWarnMs ? 'warn' : 'info';
  if (level === draining.level) return;
  draining.level = level;
  tell('pool.draining', { reason: draining.reason, used, ageMs, level });
}
