import type { PoolEventMap, PoolEventName } from '../../src/pools/events.ts';
import { type Message, messages } from '../../src/pools/log/messages.ts';

type Sample = { readonly [Name in PoolEventName]: Omit<PoolEventMap[Name], 'id' | 'generation'> };

const health = { reachable: 'no', sinceMs: 0, oldestWaitMs: 0, isStalled: false, circuit: 'closed' } as const;

/** Each event as it may be. */
const samples: Sample = {
  'pool.created': { engine: 'postgres', max: 10 },
  'pool.opened': { engine: 'postgres', max: 10, tookMs: 12 },
  'pool.degraded': { failure: 'network', retryAfterMs: 500 },
  'pool.recovered': { degradedMs: 12_000 },
  'pool.draining': { reason: 'changed', used: 2, ageMs: 30_000, level: 'warn' },
  'pool.evicted': { reason: 'idle', idleForMs: 620_000 },
  'pool.closed': { reason: 'idle' },
  'connection.opened': { tookMs: 12, open: 3 },
  'connection.failed': { failure: 'auth', tookMs: 12 },
  'connection.closed': { reason: 'idle', ageMs: 60_000, open: 2 },
  'connection.acquired': { waitedMs: 0, used: 2, max: 10 },
  'connection.released': { usedMs: 3, used: 1, max: 10 },
  'acquire.slow': { waitedMs: 1_200, used: 10, max: 10 },
  leak: { ageMs: 60_000, returned: false },
  'health.changed': { from: 'yes', to: 'no', health },
  'circuit.changed': { from: 'open', to: 'half-open' },
  'budget.exhausted': { scope: 'server', budget: 40 },
  'query.failed': { error: { code: '42P01' } },
};

/** Event, level, English, Korean. */
export const logRows: readonly (readonly string[])[] = (Object.keys(messages) as PoolEventName[]).map((name) => {
  const { level, en, ko }: Message<never> = messages[name];
  const event = { id: '1', generation: 1, ...samples[name] } as never;
  const more = { engine: 'postgres' } as const;
  return [`\`${name}\``, typeof level === 'function' ? level(event) : level, en(event, more), ko(event, more)];
});
