import { describe, expect, it } from 'vitest';
import { eventLines, targetLine } from '../../../src/views/watch/lines.ts';
import { summaryLines } from '../../../src/views/watch/summary-lines.ts';
import { AlarmsSeen } from '../../../src/watch/alarms-seen.ts';
import { watchLine } from '../../../src/watch/line.ts';
import type { TargetState } from '../../../src/watch/state.ts';
import { watchSummary } from '../../../src/watch/summary.ts';
import {
  lostTarget,
  poolerLook,
  poorLook,
  raisedAlarm,
  seenAtMs,
  targetLook,
  targetState,
  unseenTarget,
  watchState,
} from '../../helpers/watch-state.ts';

describe('a line of ndjson', () => {
  it('has the figures of the look', () => {
    const look = targetLook({ transactions: [{ seconds: 3.5, user: 'app', state: 'active' }] });
    const growth = { perMinute: 3, seconds: 60, fullInSeconds: 100 };
    expect(watchLine(targetState({ look, growth, alarms: [raisedAlarm()] }), 0)).toMatchObject({
      schema: 'poolctl.watch/1',
      target: 'orders',
      at: '2026-11-30T12:00:00.000Z',
      ...{ phase: 'up', usable: 27, max: 30, reserved: 3, taken: 22, idle: 12, active: 6 },
      ...{ idleInTransaction: 0, oldestTransactionSeconds: 3.5, lockWaiters: 0, openedTotal: 1_200 },
      ...{ highWater: 22, growthPerMinute: 3, fullInSeconds: 100, pollMs: 4 },
      alarms: [{ alarm: 'saturation', severity: 'warn', limit: 0.8, since: '2026-11-30T11:59:00.000Z' }],
    });
  });

  it('has the queue of a pooler', () => {
    const line = watchLine(targetState({ look: poolerLook() }), 0);
    expect(line).toMatchObject({ kind: 'pgbouncer', clientsWaiting: 6, maxWaitSeconds: 2.5, pools: [{ servers: 2 }] });
  });

  it('leaves out what this user may not see, instead of saying 0', () => {
    const line = watchLine(targetState({ look: poorLook() }), 0);
    expect(line).toMatchObject({ taken: 22, hidden: 21 });
    for (const key of ['idle', 'active', 'idleInTransaction', 'oldestTransactionSeconds', 'lockWaiters'])
      expect(line).not.toHaveProperty(key);
  });

  it('has no figures where there was no answer', () => {
    expect(watchLine(lostTarget('orders'), seenAtMs)).toEqual({
      schema: 'poolctl.watch/1',
      target: 'orders',
      kind: 'postgres',
      at: '2026-11-30T12:00:00.000Z',
      phase: 'unreachable',
      failure: { code: 'CONNECT_TIMEOUT', message: 'db.internal:5432 did not answer within 2 s.' },
      alarms: [],
      pollMs: 4,
    });
  });
});

describe('a line for people', () => {
  it('says what is taken of what can be had, and what holds it', () => {
    const look = targetLook({
      idleInTransaction: { sessions: 4, oldestSeconds: 75.24 },
      transactions: [{ seconds: 400, user: 'app', state: 'active' }],
      lockWaiters: 1,
    });
    const growth = { perMinute: 0.83, seconds: 300, fullInSeconds: 361 };
    expect(targetLine(targetState({ look, growth }), seenAtMs)).toBe(
      '2026-11-30T12:00:00Z orders 22/27 usable (30 max, 3 reserved), 6 active, 4 idle in transaction (75.2 s), oldest transaction 6.67 min, 1 lock waiter, growing by 0.83 a minute: full in about 6 min at this rate',
    );
  });

  it.each([
    ['a pooler', targetState({ look: poolerLook() }), '1 pool, 6 clients waiting (2.5 s)'],
    ['a poor user', targetState({ look: poorLook() }), 'states of 21 not visible'],
    ['a target that was lost', lostTarget('orders'), 'unreachable, CONNECT_TIMEOUT: db.internal:5432 did not answer'],
    ['one not yet reached', unseenTarget('orders'), 'orders connecting'],
    ['one through a side door', targetState({ door: 'extra port 3307' }), 'through extra port 3307'],
  ])('of %s', (_name, target, text) => {
    expect(targetLine(target, seenAtMs)).toContain(text);
  });

  it('tells once when an alarm is raised, gets worse, and clears, and what became of the server', () => {
    const at = (severity: 'warn' | 'crit') => targetState({ alarms: [raisedAlarm({ severity })] });
    const calm = targetState();
    const lines = (before: TargetState, after: TargetState) => eventLines(before, after, seenAtMs);
    expect(lines(calm, at('warn'))).toEqual([
      '2026-11-30T12:00:00Z orders ALARM warn saturation: 22 of 27 usable connections are taken (81 %)',
    ]);
    expect(lines(at('warn'), at('warn'))).toEqual([]);
    expect(lines(at('warn'), at('crit'))[0]).toContain('ALARM crit saturation');
    expect(lines(at('crit'), calm)).toEqual(['2026-11-30T12:00:00Z orders CLEAR saturation']);
    expect(lines(at('crit'), lostTarget('orders'))).toEqual([
      '2026-11-30T12:00:00Z orders UNKNOWN saturation: unreachable',
    ]);
    const idle = targetState({ alarms: [raisedAlarm({ alarm: 'idle-tx' })] });
    expect(lines(idle, targetState({ look: poorLook() }))).toEqual([
      '2026-11-30T12:00:00Z orders CLEAR idle-tx among the sessions that are visible',
    ]);
    const notices = [{ code: 'restarted', atMs: seenAtMs, text: 'the server was restarted' }] as const;
    const restarted = targetState({ notices });
    expect(lines(calm, restarted)).toEqual(['2026-11-30T12:00:00Z orders NOTE the server was restarted']);
    expect(lines(restarted, targetState({ notices }))).toEqual([]);
  });
});

it('the end of a run is said in a line for each target', () => {
  const seen = new AlarmsSeen();
  const state = watchState([targetState({ alarms: [raisedAlarm()] }), lostTarget('billing')]);
  seen.take(state);
  expect(summaryLines(watchSummary(state, seen))).toEqual([
    'orders: 30 looks, at most 22 of 27 usable connections at 2026-11-30T12:00:00Z, warn saturation',
    'billing: 30 looks, at most 22 connections at 2026-11-30T12:00:00Z, unreachable (CONNECT_TIMEOUT) at the end, no alarm',
  ]);
});

it('the end of a run has the mark from before a restart beside the new one', () => {
  const { highWater } = targetState().marks;
  const beforeRestart = highWater && { ...highWater, connections: 26 };
  const state = watchState([
    targetState({ marks: { ...targetState().marks, ...(beforeRestart ? { beforeRestart } : {}) } }),
  ]);
  expect(summaryLines(watchSummary(state, new AlarmsSeen()))).toEqual([
    'orders: 30 looks, at most 22 of 27 usable connections at 2026-11-30T12:00:00Z (26 before the restart), no alarm',
  ]);
});
