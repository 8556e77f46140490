import { withoutUndefined } from '../base/without-undefined.ts';
import type { LiveTimeLimit } from '../engines/facts.ts';

/** What a pool must keep below, so that the server never ends a connection that the pool believes alive. */
export interface Lifetimes {
  readonly idleTimeoutMs?: number;
  readonly maxLifetimeMs?: number;
  readonly keepAliveMs?: number;
  /** The server's limit that they follow from. */
  readonly because?: string;
}

/**
 * maxLifetime is the smallest limit less 30 s or 5 %, whichever is more (HikariCP's README: "several seconds shorter
 * than any database or infrastructure imposed connection time limit"), but at least half of it; idleTimeout stays below
 * that by the same; keepalive is at most half of the idle limit.
 */
export function lifetimes(timeLimits: readonly LiveTimeLimit[]): Lifetimes {
  const idle = timeLimits.filter(({ kind, ms }) => kind === 'idle' && ms !== undefined);
  const shortest = idle.reduce<LiveTimeLimit | undefined>(
    (least, limit) => ((limit.ms ?? 0) < (least?.ms ?? Number.POSITIVE_INFINITY) ? limit : least),
    undefined,
  );
  if (shortest?.ms === undefined) return {};
  const below = (ms: number) => Math.floor(Math.max(ms / 2, ms - Math.max(30_000, ms * 0.05)));
  const maxLifetimeMs = below(shortest.ms);
  return {
    ...withoutUndefined({ because: shortest.name }),
    maxLifetimeMs,
    idleTimeoutMs: below(maxLifetimeMs),
    keepAliveMs: Math.min(60_000, Math.floor(shortest.ms / 2)),
  };
}
