import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WatchingOptions } from '../../../src/watch/options.ts';
import { type Watching, watchTargets } from '../../../src/watch/watch-targets.ts';
import { calmLook, FakeServer, failures, openFake } from '../../helpers/fake-watchers.ts';
import { group, targetLook } from '../../helpers/watch-state.ts';

const started: Watching[] = [];

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((watching) => watching.close()));
  vi.useRealTimers();
});

function watch(servers: readonly FakeServer[], options: WatchingOptions = {}): Watching {
  const watching = watchTargets(
    servers.map(({ target }) => target),
    { ...openFake(servers), ...options },
  );
  started.push(watching);
  return watching;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const stateOf = (watching: Watching, index = 0) => {
  const state = watching.state.targets[index];
  if (!state) throw new Error('no such target');
  return state;
};

describe('a target', () => {
  it('is looked at in its interval, on one connection that is kept', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server]);
    await pass(20_000);
    expect(server).toMatchObject({ logins: 1, looks: 11, mostAsking: 1 });
    expect(stateOf(watching)).toMatchObject({ phase: 'up', isStale: false, polls: { done: 11, skipped: 0 } });
  });

  it('has its own interval, where it was given one', async () => {
    const [usual, seldom] = [new FakeServer('orders'), new FakeServer('archive')];
    started.push(watchTargets([usual.target, { ...seldom.target, intervalMs: 10_000 }], openFake([usual, seldom])));
    await pass(20_000);
    expect([usual.looks, seldom.looks]).toEqual([11, 3]);
  });

  it('is never asked twice at once: an interval that finds a look under way is skipped, and counted', async () => {
    const server = new FakeServer('orders');
    server.answerMs = 3_000;
    const watching = watch([server]);
    await pass(20_000);
    expect(server.mostAsking).toBe(1);
    expect(stateOf(watching).polls).toMatchObject({ done: 5, skipped: 5 });
  });

  it('that falls silent is given up after the time allowed, and its connection is cut', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server], { timeoutMs: 3_000 });
    await pass(1_000);
    server.answer = 'hang';
    server.login = failures.down;
    await pass(4_400);
    expect(stateOf(watching)).toMatchObject({ phase: 'unreachable', failure: { code: 'SERVER_SILENT' } });
    expect(server).toMatchObject({ open: 0, asking: 0 });
  });

  it('is stale after three intervals without an answer, and back with the first one', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server]);
    await pass(1_000);
    server.answer = failures.lost;
    server.login = failures.down;
    await pass(4_000);
    expect(stateOf(watching)).toMatchObject({ phase: 'unreachable', isStale: false });
    await pass(2_000);
    expect(stateOf(watching)).toMatchObject({ isStale: true, alarms: [{ alarm: 'unreachable', severity: 'crit' }] });
    server.answer = calmLook;
    server.login = undefined;
    await pass(32_000);
    expect(stateOf(watching)).toMatchObject({ phase: 'up', isStale: false, alarms: [] });
  });

  it('that is full is saturated, not unreachable', async () => {
    const server = new FakeServer('orders');
    server.login = failures.full;
    const watching = watch([server]);
    await pass(60_000);
    expect(stateOf(watching)).toMatchObject({
      phase: 'saturated',
      alarms: [{ alarm: 'saturation', severity: 'crit', text: 'the server is full: it lets no more connections in' }],
    });
  });

  it('that refuses the login is refused, and an alarm says that nothing is seen', async () => {
    const server = new FakeServer('orders');
    server.login = failures.refused;
    const watching = watch([server]);
    await pass(10_000);
    expect(stateOf(watching)).toMatchObject({
      phase: 'refused',
      failure: { code: 'AUTH_FAILED', hint: 'Check the password.' },
      alarms: [{ alarm: 'unreachable', text: expect.stringContaining('poolctl cannot log in for') }],
    });
  });

  it('keeps its connection when a statement took too long: a full server would give no other', async () => {
    const server = new FakeServer('orders');
    watch([server]);
    await pass(1_000);
    server.answer = failures.slow;
    server.login = failures.full;
    await pass(10_000);
    server.answer = calmLook;
    await pass(4_000);
    expect(server).toMatchObject({ logins: 1, open: 1 });
  });

  it('that is down is tried at growing distances, up to 30 s apart', async () => {
    const server = new FakeServer('orders');
    server.login = failures.down;
    const clock = { now: () => performance.now(), wallMs: () => Date.now(), random: () => 0.999 };
    watch([server], { intervalMs: 100, clock });
    await pass(600_000);
    // 1, 2, 4, 8, 16 s apart, and 30 s from then on.
    expect(server.logins).toBeGreaterThan(20);
    expect(server.logins).toBeLessThan(27);
  });

  it('that is logged in to too late is logged out again', async () => {
    const server = new FakeServer('orders');
    let letIn = () => {};
    const late = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const watching = watchTargets([server.target], {
      timeoutMs: 1_000,
      open: async (_target, options) => {
        await late;
        return server.logIn(options);
      },
    });
    await pass(6_000);
    await watching.close();
    letIn();
    await pass(1);
    expect(server).toMatchObject({ logins: 2, open: 0 });
  });

  it('has its password read anew for each login', async () => {
    const server = new FakeServer('orders');
    const asked = vi.fn(async () => server.target.server as never);
    const watching = watchTargets([{ name: 'orders', server: asked }], openFake([server]));
    started.push(watching);
    await pass(1_000);
    server.answer = failures.lost;
    await pass(2_000);
    server.answer = calmLook;
    await pass(4_000);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});

describe('many targets', () => {
  it('do not wait for one that hangs', async () => {
    const servers = ['orders', 'billing', 'stock'].map((name) => new FakeServer(name));
    const [hanging] = servers;
    if (hanging) hanging.answer = 'hang';
    watch(servers);
    await pass(20_000);
    expect(servers.slice(1).map(({ looks }) => looks)).toEqual([11, 11]);
  });

  it('are looked at together where they are few, and spread over the interval where they are more than 20', async () => {
    const named = (count: number) => Array.from({ length: count }, (_, index) => new FakeServer(`db-${index}`));
    const few = named(20);
    watch(few);
    await pass(1);
    expect(few.every(({ looks }) => looks === 1)).toBe(true);

    const many = named(50);
    watch(many);
    const firstBefore = performance.now();
    await pass(2_000);
    const quarters = many.map(({ lookedAt: [first = 0] }) => Math.floor((first - firstBefore) / 500));
    const counts = [0, 1, 2, 3].map((quarter) => quarters.filter((one) => one === quarter).length);
    expect(Math.min(...counts)).toBeGreaterThan(3);
    expect(Math.max(...counts)).toBeLessThan(25);
  });
});

describe('time', () => {
  it('of the wall clock may jump: the looks go on in their interval', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server]);
    await pass(4_000);
    vi.setSystemTime(Date.now() + 86_400_000);
    await pass(4_000);
    vi.setSystemTime(Date.now() - 10 * 86_400_000);
    await pass(4_000);
    expect(server.looks).toBe(7);
    expect(stateOf(watching)).toMatchObject({ isStale: false, alarms: [] });
  });

  it('that passed while nobody looked, as when the machine slept, is not made up for', async () => {
    const server = new FakeServer('orders');
    watch([server]);
    await pass(1_000);
    const asleepMs = 3_600_000;
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + asleepMs);
    await pass(4_000);
    expect(server.looks).toBeLessThan(5);
  });

  it('stands still in a pause, with the connection kept', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server]);
    await pass(1_000);
    watching.pause();
    await pass(60_000);
    expect(server).toMatchObject({ looks: 1, open: 1 });
    watching.resume();
    await pass(2_000);
    expect(server.looks).toBe(2);
    expect(stateOf(watching)).toMatchObject({ isStale: false, alarms: [] });
  });
});

describe('the state', () => {
  it('is a new object after each change, and none that changes', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server]);
    const seen = new Set<unknown>();
    watching.onChange((state) => {
      expect(Object.isFrozen(state) || !seen.has(state)).toBe(true);
      seen.add(state);
    });
    await pass(1_000);
    const [first] = [...seen] as [Watching['state']];
    const before = JSON.stringify(first);
    await pass(10_000);
    expect(seen.size).toBe(6);
    expect(JSON.stringify(first)).toBe(before);
  });

  it('has a high-water mark with its time and its holders, until they are reset', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server]);
    const look = (connections: number) => targetLook({ groups: [group('leaky', connections)] });
    for (const connections of [5, 26, 7]) {
      server.answer = look(connections);
      await pass(2_000);
    }
    expect(stateOf(watching).marks.highWater).toMatchObject({
      connections: 26,
      by: [{ application: 'leaky', connections: 26 }],
    });
    watching.resetMarks();
    expect(stateOf(watching).marks.highWater).toMatchObject({ connections: 7 });
  });

  it('begins a new mark when the server was restarted, and keeps the one before', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server]);
    server.answer = targetLook({ serverId: 'a/100', groups: [group('api', 20)] });
    await pass(2_000);
    server.answer = targetLook({ serverId: 'a/200', groups: [group('api', 3)] });
    await pass(2_000);
    expect(stateOf(watching)).toMatchObject({
      marks: { highWater: { connections: 3 }, beforeRestart: { connections: 20 } },
      notices: [{ code: 'restarted' }],
    });
  });

  it('takes up marks of a run before for the same server, and for no other', async () => {
    const saved = { highWater: { connections: 27, atMs: 1, by: [] } };
    const look = targetLook({ serverId: 'a/1', groups: [group('api', 3)] });
    const marksWith = async (serverId: string) => {
      const server = new FakeServer('orders');
      server.answer = look;
      const watching = watch([server], { marks: { orders: { serverId, ...saved } } });
      await pass(1_000);
      return stateOf(watching).marks;
    };
    expect(await marksWith('a/1')).toEqual(saved);
    expect(await marksWith('b/1')).toMatchObject({ highWater: { connections: 3 } });
  });

  it('tells of a failover to a replica, and of its promotion', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server]);
    for (const isReplica of [false, true, false]) {
      server.answer = targetLook({ isReplica });
      await pass(2_000);
    }
    expect(stateOf(watching).notices?.map(({ code }) => code)).toEqual(['replica', 'promoted']);
  });

  it('has the churn of the last minute, and of transactions only over a whole one', async () => {
    const server = new FakeServer('orders');
    const watching = watch([server]);
    const startMs = performance.now();
    server.answer = () => {
      const second = Math.round((performance.now() - startMs) / 1_000);
      return targetLook({ openedTotal: 100 + second * 3, transactionsTotal: second * 50, refusedTotal: 2 });
    };
    await pass(30_000);
    expect(stateOf(watching).rates).toEqual({ seconds: 30, openedPerSecond: 3, refused: 0 });
    await pass(90_000);
    expect(stateOf(watching).rates).toMatchObject({ openedPerSecond: 3, transactionsPerSecond: 50 });
    expect(stateOf(watching).rates?.seconds).toBeLessThan(64);
  });
});

it('closes every connection at the end, also in the middle of a look', async () => {
  const servers = [new FakeServer('orders'), new FakeServer('billing')];
  const watching = watch(servers);
  await pass(1_000);
  if (servers[1]) servers[1].answer = 'hang';
  await pass(2_000);
  await watching.close();
  await pass(10_000);
  expect(servers.map(({ open, asking }) => ({ open, asking }))).toEqual([
    { open: 0, asking: 0 },
    { open: 0, asking: 0 },
  ]);
  expect(vi.getTimerCount()).toBe(0);
});
