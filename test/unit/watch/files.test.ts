import { describe, expect, it } from 'vitest';
import { marksDocument, readMarks } from '../../../src/watch/marks-file.ts';
import { readTargetsFile } from '../../../src/watch/targets-file.ts';

const targets = (text: string) => readTargetsFile(`version: 1\ntargets:\n${text}`, 'targets.yaml');

describe('a file of targets', () => {
  it('names servers, passwords elsewhere, limits and labels', () => {
    const [orders, pooler] = targets(`
  - name: orders
    dsn: postgres://monitor@db.internal/orders
    password: { env: ORDERS_PASSWORD }
    interval: 5s
    alarms: { saturation: 70%:90%, waiters: 5, idle-tx: off }
    labels: { team: payments, tier: 1 }
  - name: pooler
    host: pooler.internal
    user: stats
    kind: pgbouncer
    password: { command: [vault, read, stats] }
`);
    expect(orders).toMatchObject({
      interval: 5_000,
      alarms: { saturation: { warn: 0.7, crit: 0.9 }, waiters: { warn: 5 }, 'idle-tx': {} },
      labels: { team: 'payments', tier: '1' },
    });
    expect(pooler).toMatchObject({ kind: 'pgbouncer', password: { command: ['vault', 'read', 'stats'] } });
  });

  it.each([
    ['  - name: a\n    dns: postgres://a/b', 'targets.yaml:4:10: targets.0.dns: unknown key. Did you mean "dsn"?'],
    ['  - name: a\n    dsn: postgres://a/b\n    alarms: { saturation: 120% }', 'targets.yaml:5:27: '],
    ['  - name: a\n    dsn: postgres://a/b\n    password: { vault: x }', 'targets.yaml:5:15: '],
    ['  - name: a\n    host: h\n    port: 70000', 'targets.yaml:5:11: '],
    [
      '  - name: a\n    host: h\n    interval: 5',
      'targets.yaml:5:15: targets.0.interval: the value "5" is shorter than 100 ms',
    ],
    ['  - name: a', 'target a: it has neither dsn nor host.'],
    ['  - name: a\n    dsn: postgres://a/b\n    host: a', 'it has a dsn, and host, port, db or user as well'],
    ['  - name: a\n    host: a\n  - name: a\n    host: b', 'two targets have this name'],
    ['  []', 'names no target'],
  ])('refuses %j', (text, why) => {
    expect(() => targets(text)).toThrow(why);
  });

  it('does not show what it refuses, which may be a password', () => {
    const refused = () => targets('  - name: a\n    host: a\n    password: [hunter2]');
    expect(refused).toThrow('password');
    expect(refused).not.toThrow('hunter2');
  });
});

describe('a file of marks', () => {
  const mark = { connections: 26, atMs: 1_000, by: [{ user: 'app', application: 'api', connections: 20 }] };

  it('brings back what was written', () => {
    const marks = { orders: { serverId: 'a/1', highWater: mark }, billing: { serverId: 'b/1', beforeRestart: mark } };
    expect(readMarks(JSON.stringify(marksDocument(marks)), 'marks.json')).toEqual(marks);
  });

  it.each(['{}', 'nonsense', '{"schema":"poolctl.watch-marks/1","targets":{"a":{"highWater":{"connections":-1}}}}'])(
    'refuses %s',
    (text) => {
      expect(() => readMarks(text, 'marks.json')).toThrow('marks.json: ');
    },
  );
});
