import { withoutUndefined } from '../base/without-undefined.ts';
import type { GroupedSessions, Grouping } from './grouping.ts';
import { groupSessions } from './grouping.ts';
import type { PoolerPool, TargetLook, WatchedKind } from './look.ts';
import type { RaisedAlarm, TargetPhase, TargetState } from './state.ts';

export const watchLineSchema = 'poolctl.watch/1';

/** A poll of one target, as a line of ndjson says it. A target that did not answer has none of the figures. */
export interface WatchLine {
  readonly schema: typeof watchLineSchema;
  readonly target: string;
  readonly kind?: WatchedKind;
  /** ISO 8601, by the clock of the server; by that of this machine where it did not answer. */
  readonly at: string;
  readonly phase: TargetPhase;
  readonly failure?: TargetState['failure'];
  readonly version?: string;
  readonly isReplica?: boolean;
  readonly usable?: number;
  readonly max?: number;
  readonly reserved?: number;
  /** Connections in slots of `max`, that of poolctl included. */
  readonly taken?: number;
  /** Left out where this user may not see all states. */
  readonly idle?: number;
  /** At work: not idle, in a transaction or out of it, and not in a queue. */
  readonly active?: number;
  readonly hidden?: number;
  readonly groups?: readonly GroupedSessions[];
  readonly idleInTransaction?: number;
  readonly oldestIdleInTransactionSeconds?: number;
  readonly oldestTransactionSeconds?: number;
  readonly lockWaiters?: number;
  readonly clientsWaiting?: number;
  readonly maxWaitSeconds?: number;
  readonly pools?: readonly PoolerPool[];
  /** Since the server started. */
  readonly openedTotal?: number;
  readonly transactionsTotal?: number;
  readonly refusedTotal?: number;
  /** The most connections that poolctl has seen. */
  readonly highWater?: number;
  readonly growthPerMinute?: number;
  readonly fullInSeconds?: number;
  readonly alarms: readonly LineAlarm[];
  readonly door?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly pollMs?: number;
}

export type LineAlarm = Omit<RaisedAlarm, 'sinceMs'> & { readonly since: string };

/** The line of a target after a poll. `wallMs`: the clock of this machine. */
export function watchLine(target: TargetState, wallMs: number, grouping: Grouping = {}): WatchLine {
  const { name, kind, phase, look, labels, alarms, polls, failure, door } = target;
  const seen = phase === 'up' ? look : undefined;
  return {
    schema: watchLineSchema,
    target: name,
    ...withoutUndefined({ kind }),
    at: new Date(seen?.atMs ?? wallMs).toISOString(),
    phase,
    ...withoutUndefined({ failure }),
    ...(seen ? figuresOf(seen, target, grouping) : {}),
    alarms: alarms.map(({ sinceMs, ...alarm }) => ({ ...alarm, since: new Date(sinceMs).toISOString() })),
    ...withoutUndefined({ door, pollMs: polls.lastMs === undefined ? undefined : Math.round(polls.lastMs * 10) / 10 }),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
  };
}

function figuresOf(look: TargetLook, { marks, growth }: TargetState, grouping: Grouping) {
  const { version, isReplica, capacity, taken, hidden, groups, pools, transactions, idleInTransaction } = look;
  const { lockWaiters, openedTotal, transactionsTotal, refusedTotal } = look;
  const { usable, max, reserved } = capacity;
  const waits = pools?.map(({ maxWaitSeconds }) => maxWaitSeconds);
  return withoutUndefined({
    ...{ version, isReplica, usable, max, reserved, taken },
    ...occupancyOf(look),
    hidden: hidden || undefined,
    groups: groupSessions(groups, grouping),
    idleInTransaction: idleInTransaction?.sessions,
    oldestIdleInTransactionSeconds: idleInTransaction?.oldestSeconds,
    oldestTransactionSeconds: transactions && (transactions[0]?.seconds ?? 0),
    lockWaiters,
    clientsWaiting: pools?.reduce((sum, { clientsWaiting }) => sum + clientsWaiting, 0),
    maxWaitSeconds: waits && Math.max(0, ...waits),
    pools,
    ...{ openedTotal, transactionsTotal, refusedTotal },
    highWater: marks.highWater?.connections,
    growthPerMinute: growth?.perMinute,
    fullInSeconds: growth?.fullInSeconds,
  });
}

/** `idle` is PostgreSQL's word, and `starting` for a login in progress; `sleep` MySQL's; `waiting` is that of PgBouncer's clients. */
function occupancyOf({ groups, hidden }: TargetLook): { idle?: number; active?: number } {
  if (hidden > 0 || groups.some(({ state }) => state === undefined)) return {};
  const count = (pattern: RegExp) =>
    groups.reduce((sum, { state = '', connections }) => (pattern.test(state) ? sum + connections : sum), 0);
  return { idle: count(/^(?:idle|sleep)$/), active: count(/^(?!(?:idle|sleep|waiting|starting)\b)/) };
}
