import { describe, expect, it } from 'vitest';
import type { AcquireFacts, ConnectFacts, PoolSample } from '../../../src/monitor/facts.ts';
import { PoolObserver } from '../../../src/monitor/observer.ts';

function scene() {
  let nowMs = 1_000;
  const observer = new PoolObserver({ now: () => nowMs });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { observer, pass };
}

describe('an acquire', () => {
  it('has its time in the queue, its time connecting, its wait and its use apart', () => {
    const { observer, pass } = scene();
    const acquire = observer.asked();
    acquire.queues();
    pass(30);
    acquire.connects();
    pass(12);
    const connection = {};
    acquire.granted(connection);
    pass(100);
    observer.released(connection);
    expect(acquire).toMatchObject({ queuedMs: 30, connectingMs: 12, waitMs: 42, useMs: 100, outcome: 'returned' });
    const { queued, wait, use } = observer.counters;
    expect([queued.count, wait.sumMs, use.sumMs]).toEqual([1, 42, 100]);
  });

  it('did not queue where the pool had a connection for it', () => {
    const { observer, pass } = scene();
    const acquire = observer.asked();
    pass(0.2);
    acquire.granted({});
    expect(acquire).toMatchObject({ queuedMs: 0, connectingMs: 0, useMs: undefined, outcome: 'held' });
    expect(observer.counters.queued.count).toBe(0);
    expect(observer.counters.wait.count).toBe(1);
  });

  it('that fails has a kind and the code of its error, and is in no wait time', () => {
    const { observer, pass } = scene();
    const acquire = observer.asked();
    pass(500);
    acquire.failed(Object.assign(new Error('password is secret'), { code: 'ECONNREFUSED' }), 'connect');
    expect(acquire).toMatchObject({ outcome: 'connect', errorType: 'ECONNREFUSED', waitMs: 500 });
    expect(observer.counters).toMatchObject({ asked: 1, granted: 0, failed: { connect: 1 }, wait: { count: 0 } });
    expect(observer.waiting.size).toBe(0);
  });

  it('is settled once: what comes later is not counted', () => {
    const { observer } = scene();
    const acquire = observer.asked();
    const connection = {};
    acquire.granted(connection);
    acquire.failed(new Error('late'), 'timeout');
    acquire.granted({});
    observer.released(connection);
    observer.released(connection);
    observer.closed(connection);
    expect(observer.counters).toMatchObject({
      granted: 1,
      returned: 1,
      destroyed: 0,
      closed: 1,
      failed: { timeout: 0 },
    });
  });

  it('ends where its connection is closed, or granted to another without having been given back', () => {
    const { observer } = scene();
    const [one, two] = [{}, {}];
    const acquires = [one, two, two].map((connection) => {
      const acquire = observer.asked();
      acquire.granted(connection);
      return acquire;
    });
    observer.closed(one);
    expect(acquires.map(({ outcome }) => outcome)).toEqual(['destroyed', 'returned', 'held']);
    expect([...observer.held.keys()]).toEqual([two]);
  });
});

describe('a sink', () => {
  it('gets each acquire at its hand-over and at its end, and each connect', () => {
    const { observer, pass } = scene();
    const got: (AcquireFacts | ConnectFacts | PoolSample)[][] = [[], [], [], []];
    observer.addSink({
      granted: (acquire) => got[0]?.push(acquire),
      ended: (acquire) => got[1]?.push(acquire),
      connected: (connect) => got[2]?.push(connect),
      sampled: (sample) => got[3]?.push(sample),
    });
    const connecting = observer.connecting();
    pass(7);
    connecting.connected();
    connecting.failed(new Error('late'));
    observer.connecting().failed(new TypeError('no'));
    observer.opened();
    const [first, second] = [observer.asked(), observer.asked()];
    first.granted(first);
    second.failed('no error object', 'other');
    observer.released(first, { isBroken: true });
    observer.sampled({ used: 0, idle: 1, connecting: 0, pending: 0, limit: 2 });
    expect(got[0]).toEqual([first]);
    expect(got[1]).toEqual([second, first]);
    expect(got[2]).toEqual([
      { startedAtMs: 1_000, tookMs: 7, errorType: undefined },
      { startedAtMs: 1_007, tookMs: 0, errorType: 'TypeError' },
      { startedAtMs: undefined, tookMs: undefined, errorType: undefined },
    ]);
    expect(got[3]).toEqual([{ used: 0, idle: 1, connecting: 0, pending: 0, limit: 2, atMs: 1_007 }]);
    expect(observer.counters).toMatchObject({ connected: 2, connectFailed: 1, destroyed: 1 });
  });

  it('that throws hurts nobody, and gets nothing more', () => {
    const { observer } = scene();
    let calls = 0;
    observer.addSink({
      granted: () => {
        calls += 1;
        throw new Error('broken sink');
      },
    });
    for (const connection of [{}, {}]) observer.asked().granted(connection);
    expect([calls, observer.counters.granted]).toEqual([1, 2]);
  });
});

it('a long-lived connection is found by itself, by what wraps it, and by its thread', () => {
  const { observer } = scene();
  const [plain, inner, threaded] = [{}, {}, { threadId: 7 }];
  const acquires = [plain, inner, threaded].map((connection) => {
    const acquire = observer.asked();
    acquire.granted(connection);
    return acquire;
  });
  expect([plain, { connection: inner }, { threadId: 7 }, {}].map((given) => observer.longLived(given))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(acquires).toMatchObject(Array.from({ length: 3 }, () => ({ isLongLived: true })));
});

it('many kinds of errors do not grow without bound', () => {
  const { observer } = scene();
  for (let index = 0; index < 1_000; index += 1) {
    observer.asked().failed(Object.assign(new Error('no'), { code: `CODE_${index}` }), 'other');
  }
  expect(observer.counters.errorTypes.size).toBeLessThan(100);
  expect([...observer.counters.errorTypes.values()].reduce((sum, count) => sum + count, 0)).toBe(1_000);
});
