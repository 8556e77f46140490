import { describe, expect, it } from 'vitest';
import { Alarm } from '../../../src/monitor/alarm.ts';
import type { PoolSizes } from '../../../src/monitor/facts.ts';
import { figuresOf, utilizationOf } from '../../../src/monitor/figures.ts';
import { HealthCheck } from '../../../src/monitor/health-check.ts';
import { Seldom } from '../../../src/monitor/seldom.ts';

const sizes = (used: number, pending = 0): PoolSizes => ({ used, idle: 10 - used, connecting: 0, pending, limit: 10 });

describe('an alarm', () => {
  const changes = (values: readonly number[]) => {
    const alarm = new Alarm({ raiseAbove: 0.8, clearBelow: 0.7 });
    return values.map((value) => alarm.sample(value));
  };

  it('is raised by the third sample in a row above its threshold, once', () => {
    expect(changes([0.9, 0.9, 0.9, 1, 1, 1])).toEqual([
      undefined,
      undefined,
      'raised',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is not raised by samples that are at the threshold, or not in a row', () => {
    expect(changes([0.8, 0.8, 0.8, 0.9, 0.9, 0.8, 0.9, 0.9])).not.toContain('raised');
  });

  it('is cleared by three in a row below the lower threshold, not by a swing between the two', () => {
    expect(changes([1, 1, 1, 0.75, 0.75, 0.75, 0.69, 0.75, 0.69, 0.69, 0.69]).filter(Boolean)).toEqual([
      'raised',
      'cleared',
    ]);
    expect(changes([1, 1, 1, 0.69, 0.75, 0.69, 0.75])).not.toContain('cleared');
  });
});

describe('the check of some minutes', () => {
  it('comes when its time is over, with the means of its samples and the alarms of that time', () => {
    const check = new HealthCheck(3_000, 0);
    expect(check.sample(1_000, sizes(10, 4), ['utilization'])).toBeUndefined();
    expect(check.sample(2_000, sizes(8, 2), [])).toBeUndefined();
    expect(check.sample(3_000, sizes(6), [])).toEqual({
      meanUtilization: expect.closeTo(0.8),
      meanPending: 2,
      warnings: ['utilization'],
    });
    expect(check.sample(6_000, sizes(2), [])).toEqual({
      meanUtilization: expect.closeTo(0.2),
      meanPending: 0,
      warnings: [],
    });
  });

  it('never comes where it is turned off', () => {
    expect(new HealthCheck(0, 0).sample(1e9, sizes(1), [])).toBeUndefined();
  });
});

it('the figures of a health service count what is in use, of one observation', () => {
  expect(figuresOf({ used: 3, idle: 1, connecting: 2, pending: 5, limit: 10 })).toEqual({
    totalConnections: 6,
    activeConnections: 3,
    idleConnections: 1,
    queuedRequests: 5,
    connectionLimit: 10,
    utilizationRate: 30,
  });
  const unlimited = { used: 3, idle: undefined, connecting: undefined, pending: 0, limit: undefined };
  expect(figuresOf(unlimited)).toMatchObject({ totalConnections: undefined, utilizationRate: undefined });
  expect(utilizationOf(unlimited)).toBeUndefined();
});

describe('reports of one kind', () => {
  it('come once a minute, with the number of those between', () => {
    const seldom = new Seldom();
    expect([0, 1_000, 59_999, 60_000, 60_001].map((atMs) => seldom.pass('a', atMs))).toEqual([
      0,
      undefined,
      undefined,
      2,
      undefined,
    ]);
    expect(seldom.pass('b', 1_000)).toBe(0);
  });
});
