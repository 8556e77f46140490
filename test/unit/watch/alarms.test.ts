import { describe, expect, it } from 'vitest';
import { parseAlarm } from '../../../src/watch/alarm-limits.ts';
import { alarmValues } from '../../../src/watch/alarm-values.ts';
import { TargetAlarms } from '../../../src/watch/alarms.ts';
import { AlarmsSeen } from '../../../src/watch/alarms-seen.ts';
import type { TargetLook } from '../../../src/watch/look.ts';
import {
  capacityOf,
  group,
  poolerLook,
  poolerPool,
  targetLook,
  targetState,
  watchState,
} from '../../helpers/watch-state.ts';

const taking = (connections: number) => targetLook({ groups: [group('api', connections)] });

/** Severity after each look, 27 connections being usable. */
function severities(looks: readonly TargetLook[], alarms = new TargetAlarms({}, 3)): (string | undefined)[] {
  return looks.map((look, index) => alarms.sample(alarmValues(look), index)[0]?.severity);
}

describe('an alarm', () => {
  it('is raised by the third look in a row above its limit: warn at 22 of 27, crit at 26', () => {
    const takings = [21, 22, 22, 22, 26, 26, 26];
    const none = undefined;
    expect(severities(takings.map(taking))).toEqual([none, none, none, 'warn', 'warn', 'warn', 'crit']);
  });

  it('is not raised by a spike', () => {
    expect(severities([27, 27, 5, 27, 27, 5].map(taking))).toEqual(Array(6).fill(undefined));
  });

  it('clears with the third look 10 points below its limit, and not between the two', () => {
    const alarms = new TargetAlarms({}, 3);
    severities(Array(3).fill(taking(26)), alarms);
    expect(severities(Array(3).fill(taking(24)), alarms)).toEqual(['crit', 'crit', 'crit']);
    expect(severities(Array(3).fill(taking(20)), alarms)).toEqual(['crit', 'crit', 'warn']);
    expect(severities(Array(3).fill(taking(18)), alarms)).toEqual(['warn', 'warn', undefined]);
  });

  it('says since when it is raised, also when it gets worse', () => {
    const alarms = new TargetAlarms({}, 3);
    severities([...Array(3).fill(taking(22)), ...Array(3).fill(taking(26))], alarms);
    expect(alarms.sample(alarmValues(taking(26)), 99)).toMatchObject([{ severity: 'crit', sinceMs: 2 }]);
  });

  it('ends when its figure can no longer be seen', () => {
    const alarms = new TargetAlarms({}, 3);
    const idle = targetLook({ groups: [], idleInTransaction: { sessions: 1, oldestSeconds: 90 } });
    const { idleInTransaction: _, ...blind } = idle;
    expect(severities([idle, idle, idle, blind as TargetLook], alarms)).toEqual([
      undefined,
      undefined,
      'warn',
      undefined,
    ]);
  });

  it('is judged by one look where there is no other', () => {
    expect(severities([taking(26)], new TargetAlarms({}, 1))).toEqual(['crit']);
  });

  it('has limits of its own, or is off', () => {
    expect(severities([taking(14)], new TargetAlarms({ saturation: { warn: 0.5 } }, 1))).toEqual(['warn']);
    expect(severities([taking(27)], new TargetAlarms({ saturation: {} }, 1))).toEqual([undefined]);
  });
});

describe('alarms say in words', () => {
  const textsOf = (look: TargetLook) =>
    new TargetAlarms({}, 1)
      .sample(alarmValues(look), 0)
      .map(({ alarm, severity, text }) => `${severity} ${alarm}: ${text}`);

  it('what holds the server up', () => {
    const look = targetLook({
      groups: [group('api', 22)],
      idleInTransaction: { sessions: 2, oldestSeconds: 75 },
      transactions: [{ seconds: 400, user: 'report', application: 'nightly', state: 'active' }],
    });
    expect(textsOf(look)).toEqual([
      'warn saturation: 22 of 27 usable connections are taken (81.5 %)',
      'warn idle-tx: 2 sessions idle in their transactions, the longest for 75 s',
      'warn tx-age: a transaction of report (nightly) is open for 7 min',
    ]);
  });

  it('what waits at a pooler', () => {
    const pools = [poolerPool({ clientsWaiting: 12, maxWaitSeconds: 6.5 }), poolerPool({ user: 'batch' })];
    expect(textsOf(poolerLook({ pools }))).toEqual([
      'warn waiters: 12 clients wait for a connection',
      'crit max-wait: the first in the queue has waited for 6.5 s (database orders, user app)',
    ]);
  });

  it('nothing of a server that lets nobody in at all', () => {
    expect(textsOf(targetLook({ capacity: capacityOf(3, 3) }))).toEqual([]);
  });
});

describe('--alarm', () => {
  it.each([
    ['saturation=80%:95%', { alarm: 'saturation', limits: { warn: 0.8, crit: 0.95 } }],
    ['saturation=0.5', { alarm: 'saturation', limits: { warn: 0.5 } }],
    ['max-wait=1s:5s', { alarm: 'max-wait', limits: { warn: 1, crit: 5 } }],
    ['idle-tx=:5m', { alarm: 'idle-tx', limits: { crit: 300 } }],
    ['waiters=0', { alarm: 'waiters', limits: { warn: 0 } }],
    ['tx-age=off', { alarm: 'tx-age', limits: {} }],
  ])('reads %s', (text, found) => {
    expect(parseAlarm(text, '--alarm')).toEqual(found);
  });

  it.each([
    ['saturation=100%', 'would never be raised'],
    ['saturation=95%:80%', 'is not above the other'],
    ['saturation', 'is not an alarm with its limits'],
    ['load=1', 'is not an alarm with its limits'],
    ['waiters=10:20:30', 'is not a limit or two'],
    ['waiters=:', 'is not a limit or two'],
    ['idle-tx=soon', 'is not a time'],
  ])('refuses %s', (text, why) => {
    expect(() => parseAlarm(text, '--alarm')).toThrow(why);
  });
});

it('the alarms of a run are remembered with their worst, and how often they came', () => {
  const seen = new AlarmsSeen();
  const raised = (severity: 'warn' | 'crit') =>
    watchState([
      targetState({ alarms: [{ alarm: 'saturation', severity, value: 1, limit: 1, sinceMs: 5, text: severity }] }),
    ]);
  const calm = watchState([targetState()]);
  for (const state of [raised('warn'), raised('crit'), raised('warn'), calm, raised('warn'), calm]) seen.take(state);
  expect(seen.of('orders')).toEqual([
    { alarm: 'saturation', severity: 'crit', times: 2, firstMs: 5, isRaised: false, text: 'crit' },
  ]);
  expect([seen.has('warn'), seen.has('crit')]).toEqual([true, true]);
});
