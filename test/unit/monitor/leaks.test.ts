import { expect, it } from 'vitest';
import { LeakWatch } from '../../../src/monitor/leaks.ts';
import { PoolObserver } from '../../../src/monitor/observer.ts';

const full = { used: 4, idle: 0, connecting: 0, pending: 0, limit: 4 };

function scene(options: ConstructorParameters<typeof LeakWatch>[1]) {
  let nowMs = 0;
  const told: string[] = [];
  const observer = new PoolObserver({ now: () => nowMs });
  const watch = new LeakWatch(observer, options, (kind, acquire) => {
    told.push(`${kind} ${acquire.useMs ?? acquire.heldForMs(nowMs)}`);
    return true;
  });
  observer.borrowers = watch;
  const borrow = (connection = {}) => {
    const acquire = observer.asked();
    acquire.granted(connection);
    return { acquire, connection };
  };
  const pass = (ms: number) => {
    nowMs += ms;
    watch.sweep(full);
  };
  return { observer, told, borrow, pass };
}

it('a connection that is held for a minute is reported once, and again when it comes back after all', () => {
  const { observer, told, borrow, pass } = scene({});
  const { connection } = borrow();
  pass(59_000);
  borrow();
  expect(told).toEqual([]);
  pass(1_000);
  pass(30_000);
  expect(told).toEqual(['leak 60000']);
  observer.released(connection);
  expect(told).toEqual(['leak 60000', 'returned-after-all 90000']);
  pass(29_000);
  expect(told.at(-1)).toBe('leak 60000');
  expect(observer.counters.leaksReported).toBe(2);
});

it('a connection that is held on purpose is no leak, and hides none behind it', () => {
  const { observer, told, borrow, pass } = scene({ afterMs: 2_000 });
  const listening = borrow();
  observer.longLived(listening.connection);
  pass(1_000);
  borrow();
  pass(2_000);
  expect(told).toEqual(['leak 2000']);
});

it('0 turns reports off, and a limit below 2 s is refused', () => {
  const { told, borrow, pass } = scene({ afterMs: 0 });
  borrow();
  pass(1e9);
  expect(told).toEqual([]);
  expect(() => scene({ afterMs: 1_999 })).toThrow('below 2000 ms');
});

it('stacks are taken of one in 20, and of all while 80 % of the connections are in use', () => {
  const { observer, borrow, pass } = scene({});
  const stacks = (count: number) =>
    Array.from({ length: count }, () => borrow()).filter(({ acquire, connection }) => {
      observer.released(connection);
      return acquire.stack !== undefined;
    }).length;
  expect(stacks(100)).toBe(5);
  for (let held = 0; held < 4; held += 1) borrow();
  pass(0);
  expect(stacks(10)).toBe(10);
});

it('always and never are choices too', () => {
  for (const [stacks, expected] of [
    ['always', 7],
    ['off', 0],
  ] as const) {
    const { borrow } = scene({ stacks });
    const taken = Array.from({ length: 7 }, () => borrow().acquire.stack).filter((stack) =>
      stack?.includes('leaks.test'),
    );
    expect(taken.length).toBe(expected);
  }
});

it('a connection that is given back with a transaction open is told', () => {
  const { observer, told, borrow, pass } = scene({});
  const { connection } = borrow();
  pass(5);
  observer.released(connection, { isInTransaction: true });
  expect(told).toEqual(['released-in-transaction 5']);
  expect(observer.counters.releasedInTransaction).toBe(1);
});
