import type { Generation } from './generation.ts';
import type { BudgetScope } from './ledger.ts';
import type { PoolEntryReport, PoolEntryState, PoolHealth } from './report.ts';

/** What an entry looks like at a moment. */
export interface EntryMoment {
  readonly id: string;
  readonly nowMs: number;
  readonly state: PoolEntryState;
  readonly number: number;
  readonly current: Generation | undefined;
  readonly draining: Iterable<Generation>;
  readonly pending: number;
  readonly oldestWaitMs: number;
  /** The budget that its requests wait for. */
  readonly blockedBy: BudgetScope | undefined;
  readonly createdAtMs: number;
  /** By the monotonic clock, as `nowMs`. */
  readonly lastUsedMs: number;
  /** Ms since 1970. */
  readonly lastUsedAtMs: number | undefined;
  readonly stalledMs: number;
}

export function entryReport(entry: EntryMoment): PoolEntryReport {
  const { id, current, nowMs, lastUsedAtMs } = entry;
  const { used = 0, idle = 0, connecting = 0 } = current ?? {};
  return {
    id,
    ...(current && { engine: current.definition.engine, limit: current.limit }),
    state: entry.state,
    generation: entry.number,
    ...{ used, idle, connecting },
    pending: entry.pending,
    createdAtMs: entry.createdAtMs,
    ...(lastUsedAtMs !== undefined && { lastUsedAtMs }),
    idleForMs: used > 0 ? 0 : nowMs - entry.lastUsedMs,
    health: healthOf(entry),
    draining: [...entry.draining].map(({ number, used: held, draining }) => ({
      generation: number,
      used: held,
      ageMs: nowMs - (draining?.sinceMs ?? nowMs),
    })),
  };
}

export function healthOf({ current, pending, oldestWaitMs, ...entry }: EntryMoment): PoolHealth {
  if (!current) {
    const nothing = { reachable: 'unknown', circuit: 'closed', isStalled: false } as const;
    return { ...nothing, sinceMs: entry.createdAtMs, oldestWaitMs };
  }
  const { vitals, used, limit, lastReleaseMs } = current;
  const { reachable, sinceMs, lastFailure, circuit, retryAfterMs } = vitals;
  const isFull = used >= limit && pending > 0;
  const saturatedBy = isFull ? 'pool' : entry.nowMs < vitals.fullUntilMs ? 'server' : entry.blockedBy && 'budget';
  const { stalledMs } = entry;
  return {
    ...{ reachable, sinceMs, oldestWaitMs, circuit: circuit.state },
    ...(lastFailure && { lastFailure }),
    ...(saturatedBy && { saturatedBy }),
    isStalled: isFull && oldestWaitMs >= stalledMs && entry.nowMs - lastReleaseMs >= stalledMs,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
