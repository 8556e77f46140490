import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../../src/base/errors.ts';
import type { ServerFacts } from '../../../../src/engines/facts.ts';
import type { Look } from '../../../../src/probe/control/control.ts';
import type { Tick } from '../../../../src/probe/load/model.ts';
import { allowedConnections, freeFloorOf, needsConsent, refuseBeyond } from '../../../../src/probe/run/guard.ts';
import { guardsOf, refuseBlind } from '../../../../src/probe/run/guards.ts';
import { createWatch, type WatchLimits } from '../../../../src/probe/run/watch.ts';

const budget = (freeConnections: number, usableConnections = 100) => ({
  freeConnections,
  usableConnections,
  limitedBy: 'max_connections',
});

describe('what a probe may take', () => {
  it.each([
    ['a share of the free ones', budget(97), 0.25, 24],
    ['all but the control connection and the floor, whatever the share', budget(97), 1, 86],
    ['nothing of the last tenth', budget(13), 0.25, 2],
    ['nothing at all where the floor is reached', budget(11), 0.25, 0],
    ['one of a small server, though that is more than the share', budget(6, 7), 0.1, 1],
    ['none of a server with three left', budget(3, 3), 0.25, 0],
    ['none of a full one', budget(0), 1, 0],
  ])('is %s', (_, free, share, allowed) => {
    expect(allowedConnections(free, share)).toBe(allowed);
  });

  it('leaves a tenth free, and always one', () => {
    expect([freeFloorOf(budget(50)), freeFloorOf(budget(0, 0))]).toEqual([10, 1]);
  });

  it('never grows where less is free', () => {
    for (let free = 1; free <= 100; free += 1) {
      expect(allowedConnections(budget(free), 0.25)).toBeGreaterThanOrEqual(allowedConnections(budget(free - 1), 0.25));
    }
  });
});

describe('a refusal', () => {
  const refusal = (wanted: number, free: number) => {
    try {
      refuseBeyond(wanted, allowedConnections(budget(free), 0.25), budget(free), 0.25);
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it('does not come for what is allowed', () => {
    expect(refusal(24, 97)).toBeUndefined();
  });

  it('has the numbers, and what may be asked for', () => {
    const error = refusal(40, 97);
    expect(error).toBeInstanceOf(PoolctlError);
    expect(error).toMatchObject({ code: 'PROBE_REFUSED', exitCode: 3 });
    expect(error).toHaveProperty(
      'message',
      'The guard refuses 40 connections: 97 of 100 connections are free for this user (max_connections decides), and at 25 % of them 24 may be taken.',
    );
    expect(error).toHaveProperty('hint', expect.stringContaining('at most 24'));
  });

  it('is of any load where even one connection is too much', () => {
    expect(refusal(1, 3)).toHaveProperty('message', expect.stringContaining('The guard refuses any load: 3 of 100'));
  });
});

describe('consent', () => {
  const remote = { isThisMachine: false, foreignSessions: 3 };

  it.each([
    ['for a ramp', remote, { hasRamp: true }],
    ['for more than 50 requests a second', remote, { hasRamp: false, tps: 51 }],
    ['where more than ten others are', { ...remote, foreignSessions: 11 }, { hasRamp: false, tps: 1 }],
  ])('is needed on another machine %s', (_, facts, load) => {
    expect(needsConsent(facts, load)).toMatch(/not on this machine/);
  });

  it.each([
    ['few requests', remote, { hasRamp: false, tps: 50 }],
    ['this machine', { isThisMachine: true, foreignSessions: 90 }, { hasRamp: true }],
  ])('is not needed for %s', (_, facts, load) => {
    expect(needsConsent(facts, load)).toBeUndefined();
  });
});

describe('the guards', () => {
  const facts = { unseen: [] } as unknown as ServerFacts;
  const blind = { kind: 'blind', why: 'this user may not see it', remedy: 'GRANT it' } as const;
  const statusOf = (name: string, ...args: Parameters<typeof guardsOf>) =>
    guardsOf(...args).find(({ guard }) => guard === name);

  it('say what they watch, what was not asked, and what they cannot see', () => {
    const seen = { kind: 'seen', what: 'how far its replicas are behind (1)' } as const;
    expect(guardsOf({ freeFloor: 10 }, facts, seen).map(({ guard, status }) => `${guard} ${status}`)).toEqual([
      'free-floor watching',
      'error-rate watching',
      'max-p99 not asked',
      'others-active watching',
      'replication-lag watching',
      'control-slow watching',
    ]);
    expect(statusOf('replication-lag', { freeFloor: 10 }, facts, blind)).toMatchObject({
      status: 'blind',
      limit: '10 s',
      remedy: 'GRANT it',
    });
    const unseen = [{ what: 'states of 3 sessions', grant: 'GRANT pg_read_all_stats TO app' }];
    expect(statusOf('others-active', { freeFloor: 10 }, { ...facts, unseen }, blind)).toMatchObject({
      status: 'blind',
      remedy: 'GRANT pg_read_all_stats TO app',
    });
  });

  it('refuse a limit that was asked for and cannot be watched, and no other', () => {
    expect(() => refuseBlind({ maxReplicationLagMs: 2_000 }, blind)).toThrow(
      '--max-replication-lag 2 s cannot be watched: this user may not see it.',
    );
    expect(() => refuseBlind({}, blind)).not.toThrow();
    expect(() => refuseBlind({ maxReplicationLagMs: 2_000 }, { kind: 'none', why: 'no replica' })).not.toThrow();
  });
});

describe('the watch', () => {
  const calm: Look = { freeConnections: 50, others: 20, othersActive: 4, tookMs: 2, replicationLagMs: 100 };
  const tick = (changes: Partial<Tick> = {}): Tick => ({
    elapsedMs: 1_000,
    completed: 1_000,
    failed: 0,
    ratePerSecond: 1_000,
    p95Ms: 2,
    p99Ms: 5,
    waiting: 0,
    processIds: [],
    ...changes,
  });
  const watch = (limits: Partial<WatchLimits> = {}, baseline = calm) =>
    createWatch({ freeFloor: 10, ...limits }, baseline);

  it('lets a calm load go on, also before its first tick', () => {
    const { check } = watch({ maxP99Ms: 100, mostMs: 60_000 });
    expect(check(calm, undefined, 0)).toBeUndefined();
    expect(check(calm, tick(), 1_000)).toBeUndefined();
  });

  it('stops at the first connection that the server had no room for', () => {
    expect(watch().check(calm, tick({ failed: 1, failedBy: { 'server-full': 1 } }))).toEqual({
      guard: 'server-full',
      message: 'The server had no connection left: it refused 1 connection of the load.',
    });
  });

  it('stops when the login is refused', () => {
    expect(watch().check(calm, tick({ failed: 1, failedBy: { 'login-refused': 1 } }))?.guard).toBe('login-refused');
  });

  it('stops when fewer connections are free than must be', () => {
    expect(watch().check({ ...calm, freeConnections: 10 }, tick())).toBeUndefined();
    expect(watch().check({ ...calm, freeConnections: 9 }, tick())?.message).toBe(
      'Only 9 connections of the server were free; 10 must stay free for others.',
    );
  });

  it('stops when more than 1 % fail, but not for a handful of failures', () => {
    expect(watch().check(calm, tick({ completed: 10, failed: 4 }))).toBeUndefined();
    expect(watch().check(calm, tick({ completed: 990, failed: 10 }))).toBeUndefined();
    expect(watch().check(calm, tick({ completed: 980, failed: 20 }))?.message).toBe(
      '20 of 1000 requests failed in 1 s: 2 %, where 1 % is the limit.',
    );
  });

  it('looks at the last ten seconds only, so that a long calm start hides nothing', () => {
    const { check } = watch();
    for (let second = 1; second <= 100; second += 1) {
      expect(check(calm, tick({ elapsedMs: second * 1_000, completed: second * 1_000 }))).toBeUndefined();
    }
    const reason = check(calm, tick({ elapsedMs: 101_000, completed: 100_800, failed: 200 }));
    expect(reason?.guard).toBe('error-rate');
  });

  it('starts anew with each step', () => {
    const { check } = watch();
    check(calm, tick({ elapsedMs: 3_000, completed: 5_000 }));
    expect(check(calm, tick({ elapsedMs: 250, completed: 95, failed: 5 }))?.message).toContain('5 of 100 requests');
  });

  it('does not count the failures that the run is there to see', () => {
    const failing = tick({ completed: 500, failed: 500, failedBy: { 'queue-full': 300, 'acquire-timeout': 200 } });
    expect(watch().check(calm, failing)?.guard).toBe('error-rate');
    expect(watch({ expected: ['queue-full', 'acquire-timeout'] }).check(calm, failing)).toBeUndefined();
  });

  it('stops when the 99th percentile is too high three times in a row, the same tick counting once', () => {
    const { check } = watch({ maxP99Ms: 100 });
    const slow = (elapsedMs: number) => check(calm, tick({ elapsedMs, p99Ms: 150 }));
    expect([slow(250), slow(250), slow(500)]).toEqual([undefined, undefined, undefined]);
    expect(check(calm, tick({ elapsedMs: 750 }))).toBeUndefined();
    expect([slow(1_000), slow(1_250)]).toEqual([undefined, undefined]);
    expect(slow(1_500)?.guard).toBe('max-p99');
  });

  it('takes a second in which nothing was served for neither a slow nor a quick one', () => {
    const { check } = watch({ maxP99Ms: 100 });
    const slow = (elapsedMs: number) => check(calm, tick({ elapsedMs, p99Ms: 150 }));
    const { p95Ms, p99Ms, ...silent } = tick({ elapsedMs: 750, completed: 0 });
    expect([slow(250), slow(500), check(calm, silent)]).toEqual([undefined, undefined, undefined]);
    expect(slow(1_000)?.guard).toBe('max-p99');
  });

  it('stops when half as many others again are at work, and more than five', () => {
    const active = (before: number, othersActive: number) =>
      watch({}, { ...calm, othersActive: before }).check({ ...calm, othersActive }, tick())?.guard;
    expect([active(4, 9), active(100, 140), active(0, 5)]).toEqual([undefined, undefined, undefined]);
    expect([active(4, 10), active(100, 151), active(0, 6)]).toEqual(Array(3).fill('others-active'));
  });

  it('stops when a replica falls behind, and forgives one that was behind before', () => {
    const lag = (before: number | undefined, replicationLagMs: number) => {
      const { replicationLagMs: _, ...rest } = calm;
      const baseline = before === undefined ? rest : { ...rest, replicationLagMs: before };
      return watch({}, baseline).check({ ...calm, replicationLagMs }, tick())?.guard;
    };
    expect([lag(0, 10_001), lag(undefined, 10_001), lag(60_000, 71_000)]).toEqual(Array(3).fill('replication-lag'));
    expect([lag(0, 10_000), lag(60_000, 69_000)]).toEqual([undefined, undefined]);
  });

  it('stops when the server hardly answers the control connection', () => {
    const took = (before: number, tookMs: number) =>
      watch({}, { ...calm, tookMs: before }).check({ ...calm, tookMs }, tick())?.guard;
    expect([took(2, 900), took(200, 1_900)]).toEqual([undefined, undefined]);
    expect([took(2, 1_001), took(200, 2_001)]).toEqual(['control-slow', 'control-slow']);
  });

  it('stops while a look has no answer, before that comes', () => {
    const { wait } = watch();
    expect(wait(1_000)).toBeUndefined();
    expect(wait(1_001)).toMatchObject({
      guard: 'control-slow',
      message: expect.stringContaining('no answer after 1 s'),
    });
    expect(watch({}, { ...calm, tookMs: 300 }).wait(2_900)).toBeUndefined();
  });

  it('stops for another probe that has the smaller name, so that one of two goes on', () => {
    const beside = (run: string, ...otherProbes: string[]) => watch({ run }).check({ ...calm, otherProbes }, tick());
    expect(beside('b1', 'a1')).toEqual({
      guard: 'another-probe',
      message: 'Another probe of poolctl loads this server: poolctl-probe/a1.',
    });
    expect(beside('a1', 'b1')).toBeUndefined();
  });

  it('stops when another shard of the plan leaves before the last window ends, and misses nobody before all have met', () => {
    const left = (planShards: number[], runMs: number, untilMs: number | undefined = 10_000) =>
      watch({ shards: { of: 3, untilMs: () => untilMs } }).check({ ...calm, planShards }, tick(), runMs);
    expect(left([0, 2], 6_000)).toEqual({
      guard: 'shard-gone',
      message: 'Shard 2 of 3 left 4 s before the end: the load is no longer the planned one.',
    });
    expect(left([0, 1, 2], 6_000)).toBeUndefined();
    expect(left([0], 10_000)).toBeUndefined();
    expect(watch({ shards: { of: 3, untilMs: () => undefined } }).check({ ...calm, planShards: [0] }, tick(), 1)).toBe(
      undefined,
    );
  });

  it('stops when a request took limits off its session', () => {
    expect(watch().check(calm, tick({ failed: 1, failedBy: { 'session-changed': 1 } }))?.guard).toBe('session-changed');
  });

  it('stops when a replica comes that cannot be watched, where its limit was asked for', () => {
    const gone = { ...calm, replicas: 1 };
    const two = { ...calm, replicas: 2 };
    expect(watch({ maxReplicationLagMs: 2_000 }, two).check(gone, tick())?.guard).toBe('replication-lag');
    expect(watch({ maxReplicationLagMs: 2_000 }, gone).check(two, tick())).toBeUndefined();
    expect(watch({}, two).check(gone, tick())).toBeUndefined();
    const hidden = { ...calm, hiddenReplicas: 1 };
    expect(watch({ maxReplicationLagMs: 2_000 }).check(hidden, tick())?.guard).toBe('replication-lag');
    expect(watch().check(hidden, tick())).toBeUndefined();
  });

  it('stops when the time is over', () => {
    expect(watch({ mostMs: 60_000 }).check(calm, tick(), 60_001)?.guard).toBe('time');
  });
});
