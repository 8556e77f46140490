import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../../../src/render/cells.ts';
import { type Key, pressKey } from '../../../../src/views/watch/screen/press-key.ts';
import { extentOf, screenOf } from '../../../../src/views/watch/screen/screen.ts';
import { firstScreen, groupings, type ScreenState, sortKeys } from '../../../../src/views/watch/screen/screen-state.ts';
import type { TargetState, WatchState } from '../../../../src/watch/state.ts';
import {
  capacityOf,
  group,
  lostTarget,
  manyGroups,
  poolerLook,
  poolerPool,
  poorLook,
  raisedAlarm,
  seenAtMs,
  targetLook,
  targetState,
  unseenTarget,
  watchState,
} from '../../../helpers/watch-state.ts';

const wide = { columns: 160, rows: 50 };
const usual = { columns: 80, rows: 24 };
const small = { columns: 40, rows: 10 };

interface Shown {
  readonly size?: { columns: number; rows: number };
  readonly ui?: Partial<ScreenState>;
  readonly keys?: readonly Key[];
}

/** The screen as text, after the keys. */
function shown(state: WatchState, { size = usual, ui = {}, keys = [] }: Shown = {}): string {
  const first = { ...firstScreen(state.targets.length), ...ui };
  const last = keys.reduce((now, key) => pressKey(now, key, extentOf(state, now, size)), first);
  return screenOf(state, last, size, { color: false }).map(stripVTControlCharacters).join('\n');
}

const one = (changes: Partial<TargetState> = {}) => watchState([targetState(changes)]);
const typed = (text: string): Key[] => [...text].map((character) => ({ typed: character }));

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', 'orders', '注文サービス', '\u001b[2J\u001b[1;1H', 'a\nb', '\u202eabc', '👩‍👩‍👧', 'x'.repeat(300)),
);
const count = fc.nat(10_000);
const anyGroup = fc
  .record(
    { user: nasty, application: nasty, database: nasty, client: nasty, state: nasty, connections: count },
    { requiredKeys: ['user', 'connections'] },
  )
  .map((changes) => ({ ...changes }));
const anyTarget: fc.Arbitrary<TargetState> = fc
  .record({
    name: nasty,
    phase: fc.constantFrom('connecting', 'up', 'saturated', 'unreachable', 'refused'),
    isStale: fc.boolean(),
    isSeen: fc.boolean(),
    look: fc.oneof(
      fc.record({ groups: fc.array(anyGroup, { maxLength: 12 }), taken: count, usable: count, version: nasty }),
      fc.constant('pooler'),
      fc.constant('poor'),
    ),
    alarms: fc.array(
      fc.record({ severity: fc.constantFrom('warn', 'crit'), text: nasty, sinceMs: count }).map(raisedAlarm),
      { maxLength: 4 },
    ),
    failure: fc.record({ code: nasty, message: nasty, hint: nasty }),
    perMinute: fc.double({ noNaN: true, noDefaultInfinity: true }),
  })
  .map(({ name, phase, isStale, isSeen, look, alarms, failure, perMinute }) => {
    const made =
      look === 'pooler'
        ? poolerLook()
        : look === 'poor'
          ? poorLook()
          : typeof look === 'string'
            ? targetLook()
            : targetLook({ ...look, capacity: capacityOf(look.usable, 3) });
    const growth = { perMinute, seconds: 60, fullInSeconds: Math.abs(perMinute) };
    return isSeen
      ? targetState({ name, phase, isStale, look: made, alarms, failure, growth })
      : unseenTarget(name, { phase, alarms, failure });
  });
const anyUi: fc.Arbitrary<ScreenState> = fc
  .record({
    page: fc.constantFrom('targets', 'target'),
    cursor: fc.nat(600),
    isHelpOpen: fc.boolean(),
    helpScroll: fc.nat(40),
    isPaused: fc.boolean(),
    isEditing: fc.boolean(),
    filters: fc.record({ targets: nasty, target: nasty }),
    grouping: fc.constantFrom(...groupings),
    by: fc.constantFrom(...sortKeys.groups),
    isReversed: fc.boolean(),
  })
  .map(({ by, isReversed, ...ui }) => {
    const first = firstScreen(2);
    return { ...first, ...ui, orders: { ...first.orders, groups: { by, isReversed } } };
  });

describe('on any terminal, with any targets and any text from servers', () => {
  it('fills exactly its rows, no line wider than its columns, and lets no text act on the terminal', () => {
    fc.assert(
      fc.property(
        fc.array(anyTarget, { maxLength: 5 }),
        anyUi,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        (targets, ui, columns, rows, color) => {
          const lines = screenOf(watchState(targets), ui, { columns, rows }, { color });
          expect(lines).toHaveLength(rows);
          for (const line of lines) {
            // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of colours are the only ones allowed
            const text = line.replace(/\u001b\[[\d;]*m/g, '');
            expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
            expect(cellWidth(text)).toBeLessThanOrEqual(columns);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('says no NaN, undefined or Infinity', () => {
    fc.assert(
      fc.property(
        fc.array(anyTarget, { maxLength: 9 }),
        anyUi,
        fc.integer({ min: 5, max: 50 }),
        (targets, ui, rows) => {
          const names = targets.map((target, index) => ({ ...target, name: `t${index}` }));
          const lines = screenOf(watchState(names), ui, { columns: 120, rows }, { color: false });
          expect(lines.join('\n')).not.toMatch(/\bNaN\b|\bundefined\b|\bInfinity\b/);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a target', () => {
  it('is told with its server, what is usable, high-water, growth, waiters, transactions and churn', () => {
    const look = targetLook({
      lockWaiters: 3,
      refusedTotal: 12,
      idleInTransaction: { sessions: 4, oldestSeconds: 360 },
      transactions: [
        { seconds: 360, user: 'report', application: 'nightly', database: 'orders', state: 'idle in transaction' },
      ],
    });
    const text = shown(
      one({
        look,
        growth: { perMinute: 2.5, seconds: 120, fullInSeconds: 360 },
        marks: { highWater: { connections: 26, atMs: seenAtMs - 120_000, by: look.groups } },
        rates: { seconds: 60, openedPerSecond: 3.24, transactionsPerSecond: 240, refused: 2 },
        alarms: [raisedAlarm()],
      }),
      { size: { columns: 80, rows: 40 } },
    );
    for (const said of [
      /orders · PostgreSQL 18\.4/,
      /22\/27 usable \(30 max, 3 reserved\) 81 %/,
      /High-water +26, 2 min ago: orders-api 17, report 4/,
      /Growth +\+2\.5 a minute, full in about 6 min at this rate/,
      /Lock waiters +3 wait for locks/,
      /Idle in tx +4 sessions, the oldest for 6 min/,
      /Longest tx +6 min +nightly as report on orders, idle in transaction/,
      /Refused +12 since the start, 2 in the last 60 s/,
      /Churn +3\.2 connections opened a second · 240 TPS, late by up to 10 s/,
      /[▁▂▃▄▅▆▇█]+ in 58 s/,
      /WARN +22 of 27 usable connections are taken \(81 %\) · for 60 s/,
    ]) {
      expect(text).toMatch(said);
    }
  });

  it('has its sessions in a table, the most connections first, with counts by state', () => {
    const text = shown(one());
    expect(text).toMatch(/CONN▼ +ACTIVE +IDLE +IDLE TX +APPLICATION +USER +HOST +DATABASE/);
    expect(text).toMatch(/▸ +17 +5 +12 +· +orders-api +app +10\.0\.0\.7 +orders/);
    expect(text).toMatch(/ +4 +· +· +4 +report +report +10\.0\.0\.9 +orders/);
    expect(text).toMatch(/ +1 +1 +· +· +poolctl watch +monitor/);
  });

  it('shows the usable connections and the table on 40 × 10 too', () => {
    const text = shown(one({ alarms: [raisedAlarm()] }), { size: small });
    expect(text).toMatch(/22\/27 usable \(30 max, 3 reserved\)/);
    expect(text).toMatch(/WARN +22 of 27/);
    expect(text).toMatch(/17 +5 .*orders-api/);
  });

  it('shows 500 sessions by scrolling: the first, those on the way, the last', () => {
    const state = one({ look: targetLook({ groups: manyGroups(500), capacity: capacityOf(600, 3) }) });
    const each = { ui: { grouping: 'each' } as const };
    expect(shown(state, each)).toMatch(/row 1 of 500/);
    const below = shown(state, { ...each, keys: ['page-down', 'page-down', 'page-down'] });
    expect(below).toMatch(/▸ .*service-\d+/);
    expect(below).toMatch(/row (?!1 )\d+ of 500/);
    expect(shown(state, { ...each, keys: ['end'] })).toMatch(/row 500 of 500/);
  });

  it('puts processes of one application together, and tells of those that differ', () => {
    const groups = ['a1', 'b2'].map((host, index) =>
      group(`worker-${1_000 + index}`, 2, { client: host, state: 'idle' }),
    );
    const text = shown(one({ look: targetLook({ groups }) }));
    expect(text).toMatch(/▸ +4 +· +4 +· +2 applications +app +2 hosts/);
    expect(text).toMatch(/worker-1000, worker-1001 · user app · host a1, b2/);
  });

  it('counts aborted transactions among those that are idle in a transaction', () => {
    const groups = [group('api', 3, { state: 'idle in transaction (aborted)' })];
    expect(shown(one({ look: targetLook({ groups }) }))).toMatch(/▸ +3 +· +· +3 +api/);
  });

  it("counts MySQL's sleeping and querying threads as idle and active", () => {
    const groups = [group('api', 3, { state: 'sleep' }), group('api', 2, { state: 'query' })];
    expect(shown(one({ look: targetLook({ kind: 'mysql', version: '9.7.0', groups }) }))).toMatch(/▸ +5 +2 +3 +· +api/);
  });

  it('says once what the user may not see and the grant, and then ? and never 0', () => {
    const text = shown(one({ look: poorLook() }), { size: { columns: 80, rows: 30 } });
    expect(text.match(/Not visible/g)).toHaveLength(1);
    expect(text).toMatch(/→ GRANT pg_monitor TO "monitor"/);
    expect(text).toMatch(/Lock waiters +\? not visible/);
    expect(text).toMatch(/Idle in tx +\? not visible/);
    expect(text).toMatch(/▸ +21 +\? +\? +\? +\? +app/);
  });

  it('says that its figures are old when it does not answer any more', () => {
    const text = shown(watchState([lostTarget('orders')], { atMs: seenAtMs + 14_000 }));
    expect(text).toMatch(/Unreachable: db\.internal:5432 did not answer within 2 s\./);
    expect(text).toMatch(/All figures below are 14 s old/);
    const low = shown(watchState([lostTarget('orders')], { atMs: seenAtMs + 14_000 }), { size: small });
    expect(low).toMatch(/Unreachable, figures 14 s old/);
  });

  it('that was never reached has no figures', () => {
    const failure = { code: 'AUTH_FAILED', message: 'refused user "app" (28P01).', hint: 'Check the password.' };
    const text = shown(watchState([unseenTarget('orders', { phase: 'refused', failure })]));
    expect(text).toMatch(/Login refused: refused user "app"/);
    expect(text).toMatch(/→ Check the password\./);
    expect(text).not.toMatch(/usable|CONN/);
  });

  it('that is full says so, and by which door poolctl is in', () => {
    const failure = { code: 'SERVER_FULL', message: 'too many clients already.' };
    expect(shown(one({ phase: 'saturated', failure }))).toMatch(/Full, lets nobody in: too many clients already/);
    expect(shown(one({ door: 'reserved slot' }))).toMatch(/poolctl is in by reserved slot/);
  });

  it('keeps the mark of the server before its restart, and the count of the server itself', () => {
    const marks = {
      highWater: { connections: 26, atMs: seenAtMs, by: [] },
      beforeRestart: { connections: 27, atMs: 0, by: [] },
    };
    const text = shown(one({ marks, look: targetLook({ highWater: { connections: 31 } }) }));
    expect(text).toMatch(/High-water +26, now · 27 before the restart · 31 by the server's own count/);
  });
});

describe('PgBouncer', () => {
  const look = poolerLook({
    pools: [
      poolerPool({ clientsActive: 2, clientsWaiting: 6, maxWaitSeconds: 2.5 }),
      poolerPool({ database: 'audit', clientsActive: 1 }),
    ],
  });

  it('is told with its pools, who waits and how long', () => {
    const text = shown(one({ look }));
    expect(text).toMatch(/Pool waiters +6 clients wait for a connection, the first for 2\.5 s/);
    expect(text).toMatch(/WAITING▼ +MAX WAIT +CLIENTS +SERVERS/);
    expect(text).toMatch(/▸ +6 +2\.5 s +8 +2\/2 +· +orders +app/);
  });

  it('shows its clients with g', () => {
    expect(shown(one({ look }), { keys: typed('g') })).toMatch(/CONN▼.*APPLICATION/);
  });
});

describe('several targets', () => {
  const targets = [
    targetState({ name: 'calm' }),
    targetState({ name: 'busy', alarms: [raisedAlarm({ severity: 'crit' })] }),
    targetState({ name: 'pool', look: poolerLook() }),
    lostTarget('lost'),
    unseenTarget('new'),
  ];

  it('are a table, those that need someone first, with alarms above', () => {
    const text = shown(watchState(targets));
    expect(text).toMatch(/5 targets: 1 not reached, 1 critical/);
    expect(text).toMatch(/CRIT +busy: 22 of 27/);
    const rows = text.split('\n').filter((line) => /^(?:▸| ) (?:calm|busy|pool|lost|new) /.test(line));
    expect(rows.map((line) => line.split(/ +/)[1])).toEqual(['lost', 'busy', 'new', 'calm', 'pool']);
    expect(rows[0]).toMatch(/unreachable/);
  });

  it('show the selected one below where there is room', () => {
    const text = shown(watchState(targets), { size: wide, keys: ['down'] });
    expect(text).toMatch(/── busy ─+/);
    expect(text).toMatch(/22\/27 usable \(30 max, 3 reserved\)/);
  });

  it('scroll when there are 50', () => {
    const many = watchState(Array.from({ length: 50 }, (_, index) => targetState({ name: `server-${index}` })));
    expect(shown(many)).toMatch(/row 1 of 50/);
    expect(shown(many, { keys: ['end'] })).toMatch(/▸ server-49 /);
  });

  it('are opened with Enter', () => {
    expect(shown(watchState(targets), { keys: ['down', 'enter'] })).toMatch(/^ busy \(2 of 5\) · PostgreSQL/);
  });

  it('are filtered by name, kind and label', () => {
    const labelled = [...targets, targetState({ name: 'x', labels: { team: 'checkout' } })];
    const rows = (filter: string) => {
      const text = shown(watchState(labelled), { keys: [...typed(`/${filter}`), 'enter'] });
      return text.split('\n').filter((line) => /^(?:▸| ) (?:calm|busy|pool|lost|new|x) /.test(line)).length;
    };
    expect([rows('check'), rows('pgbouncer'), rows('LOST'), rows('nobody')]).toEqual([1, 1, 1, 0]);
  });
});

describe('keys', () => {
  it('filter by any text of a row, and say how many are left', () => {
    const text = shown(one(), { keys: [...typed('/10.0.0.9'), 'enter'] });
    expect(text).toMatch(/▸ +4 .*report/);
    expect(text).not.toMatch(/orders-api +app/);
    expect(text).toMatch(/1 of 3 rows with "10\.0\.0\.9" · Esc shows all/);
  });

  it('show what is typed', () => {
    expect(shown(one(), { keys: typed('/repo') })).toMatch(/Filter: repo▏/);
  });

  it('sort by every column that is named, each marked', () => {
    sortKeys.groups.forEach((_, index) => {
      expect(shown(one(), { size: wide, keys: typed('s'.repeat(index)) }).match(/▼/g)).toHaveLength(1);
    });
    expect(shown(one(), { keys: typed('ssssS') })).toMatch(/APPLICATION▲/);
  });

  it('sort texts by the alphabet and numbers the largest first', () => {
    const rows = (keys: string) => {
      const [, table = ''] = shown(one(), { keys: typed(keys) }).split('CONN');
      return table.match(/(?:orders-api|report|poolctl watch)(?= +(?:app|report|monitor) )/g);
    };
    expect(rows('ssss')).toEqual(['orders-api', 'poolctl watch', 'report']);
    expect(rows('ssssS')).toEqual(['report', 'poolctl watch', 'orders-api']);
    expect(rows('sss')?.[0]).toBe('report');
  });

  it('say that the picture is held', () => {
    expect(shown(one(), { keys: typed('p') })).toMatch(/PAUSED at \d\d:\d\d:\d\d/);
  });

  it('explain themselves, on every size', () => {
    expect(shown(one(), { keys: typed('h') })).toMatch(/s, S +sort by the next column/);
    const text = shown(one(), { size: small, keys: [...typed('h'), 'end'] });
    expect(text).toMatch(/would show it/);
  });
});

it('says with words what colours say', () => {
  const state = one({ alarms: [raisedAlarm({ severity: 'crit' })] });
  const colored = screenOf(state, firstScreen(1), usual, { color: true }).map(stripVTControlCharacters);
  expect(colored.join('\n')).toBe(shown(state));
  expect(colored.join('\n')).toMatch(/CRIT/);
});
