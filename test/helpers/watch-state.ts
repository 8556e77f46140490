import type { SessionGroup } from '../../src/engines/facts.ts';
import type { Capacity, PoolerPool, TargetLook } from '../../src/watch/look.ts';
import type { RaisedAlarm, TargetState, WatchState } from '../../src/watch/state.ts';

/** When everything here is seen: by the server's clock, by the wall clock and by the monotonic one. */
export const seenAtMs = Date.UTC(2026, 10, 30, 12, 0, 0);

/** Targets as `watch` knows them after a look at each; `changes` go over it. */
export function watchState(targets: readonly TargetState[], changes: Partial<WatchState> = {}): WatchState {
  return { atMs: seenAtMs, intervalMs: 2_000, targets, ...changes };
}

/** A target that answers, by default a PostgreSQL with 22 of 27 connections taken. What is not given follows from its look. */
export function targetState({ look = targetLook(), ...changes }: Partial<TargetState> = {}): TargetState {
  return {
    ...unseenTarget('orders'),
    phase: 'up',
    kind: look.kind,
    look,
    lookedAtMs: 60_000,
    lookedAtWallMs: seenAtMs,
    marks: { highWater: { connections: look.taken, atMs: seenAtMs, by: look.groups.slice(0, 1) } },
    polls: { done: 30, skipped: 0, errors: {}, lastMs: 4 },
    history: risingTo(look.taken, look.capacity.usable),
    ...changes,
  };
}

/** A target that has answered nothing yet. */
export function unseenTarget(name: string, changes: Partial<TargetState> = {}): TargetState {
  const polls = { done: 0, skipped: 0, errors: {} };
  return {
    name,
    labels: {},
    phase: 'connecting',
    isStale: false,
    marks: {},
    alarms: [],
    polls,
    history: [],
    ...changes,
  };
}

/** A look at PostgreSQL that shows everything. */
export function targetLook(changes: Partial<TargetLook> = {}): TargetLook {
  const groups = changes.groups ?? ordinaryGroups;
  return {
    kind: 'postgres',
    version: '18.4',
    atMs: seenAtMs,
    serverId: '7380000000000000001/1',
    isReplica: false,
    capacity: capacityOf(30, 3),
    taken: groups.reduce((sum, { connections }) => sum + connections, 0),
    hidden: 0,
    groups,
    idleInTransaction: { sessions: 0 },
    transactions: [],
    lockWaiters: 0,
    openedTotal: 1_200,
    transactionsTotal: 480_000,
    unseen: [],
    ...changes,
  };
}

export function capacityOf(max: number, reserved: number, changes: Partial<Capacity> = {}): Capacity {
  return { usable: max - reserved, max, reserved, caps: [], ...changes };
}

/** 22 sessions: two applications and poolctl's own. */
export const ordinaryGroups: readonly SessionGroup[] = [
  group('orders-api', 12, { state: 'idle' }),
  group('orders-api', 5, { state: 'active' }),
  group('report', 4, { state: 'idle in transaction', user: 'report', client: '10.0.0.9' }),
  group('poolctl watch', 1, { state: 'active', user: 'monitor', client: '127.0.0.1' }),
];

export function group(application: string, connections: number, changes: Partial<SessionGroup> = {}): SessionGroup {
  return { user: 'app', database: 'orders', application, client: '10.0.0.7', connections, ...changes };
}

/** So many sessions, each alike to no other. */
export function manyGroups(sessions: number): SessionGroup[] {
  return Array.from({ length: sessions }, (_, index) =>
    group(`service-${index}`, 1, { client: `10.0.${index >> 8}.${index & 255}`, state: index % 3 ? 'idle' : 'active' }),
  );
}

/** PgBouncer with a queue: 2 server connections for 8 clients. */
export function poolerLook(changes: Partial<TargetLook> = {}): TargetLook {
  const pools = changes.pools ?? [poolerPool({ clientsActive: 2, clientsWaiting: 6, maxWaitSeconds: 2.5 })];
  return {
    kind: 'pgbouncer',
    version: '1.25.0',
    atMs: seenAtMs,
    serverId: 'pgbouncer',
    isReplica: false,
    capacity: capacityOf(100, 0),
    taken: pools.reduce((sum, pool) => sum + pool.clientsActive + pool.clientsWaiting, 0),
    hidden: 0,
    groups: [group('orders-api', 8, { state: 'active' })],
    pools,
    unseen: [],
    ...changes,
  };
}

export function poolerPool(changes: Partial<PoolerPool> = {}): PoolerPool {
  return {
    database: 'orders',
    user: 'app',
    mode: 'transaction',
    clientsActive: 2,
    clientsWaiting: 0,
    serversActive: 2,
    serversIdle: 0,
    servers: 2,
    limit: 2,
    maxWaitSeconds: 0,
    ...changes,
  };
}

/** A user without pg_monitor: totals are seen, states are not. */
export function poorLook(changes: Partial<TargetLook> = {}): TargetLook {
  const { idleInTransaction: _, transactions: __, lockWaiters: ___, ...seen } = targetLook();
  return {
    ...seen,
    hidden: 21,
    groups: [{ user: 'app', database: 'orders', connections: 21 }, ordinaryGroups[3] as SessionGroup],
    unseen: [{ what: "other users' sessions", grant: 'GRANT pg_monitor TO "monitor"' }],
    ...changes,
  };
}

/** A target that answered until `isStale` intervals ago. */
export function lostTarget(name: string, changes: Partial<TargetState> = {}): TargetState {
  const failure = { code: 'CONNECT_TIMEOUT', message: 'db.internal:5432 did not answer within 2 s.' };
  return targetState({ name, phase: 'unreachable', isStale: true, failure, ...changes });
}

export function raisedAlarm(changes: Partial<RaisedAlarm> = {}): RaisedAlarm {
  return {
    alarm: 'saturation',
    severity: 'warn',
    value: 22 / 27,
    limit: 0.8,
    sinceMs: seenAtMs - 60_000,
    text: '22 of 27 usable connections are taken (81 %)',
    ...changes,
  };
}

function risingTo(taken: number, usable: number): TargetState['history'] {
  return Array.from({ length: 30 }, (_, index) => ({
    atMs: index * 2_000,
    taken: Math.round((taken * (index + 1)) / 30),
    usable,
  }));
}
