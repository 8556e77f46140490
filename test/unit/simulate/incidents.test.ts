import { describe, expect, it } from 'vitest';
import { DatabaseClock } from '../../../src/simulate/incidents.ts';
import type { Incident, SimulationInput, TimelineSlice } from '../../../src/simulate/model.ts';
import { recoveryMs } from '../../../src/simulate/recovery.ts';
import { simulate } from '../../../src/simulate/run.ts';
import { exponential, poisson } from './runs.ts';

/** A minute of 100 requests a second on 20 connections, in slices of a second. */
function minute(changes: Partial<SimulationInput> = {}) {
  return simulate({
    arrivals: poisson(100),
    hold: exponential(100),
    connections: 20,
    durationMs: 60_000,
    timelineSlices: 60,
    seed: 1,
    ...changes,
  });
}

const freeze = { kind: 'slow-database', fromMs: 20_000, toMs: 25_000, factor: Infinity } as const;
const second = (timeline: readonly TimelineSlice[], index: number) => timeline[index] ?? expect.fail();

describe('the clock of a database that is slow at times', () => {
  const slow = (fromMs: number, toMs: number, factor: number): Incident => ({
    kind: 'slow-database',
    fromMs,
    toMs,
    factor,
  });

  it.each([
    ['before it', 0, 50, 50],
    ['into it', 90, 20, 130],
    ['within it', 100, 20, 160],
    ['across it', 90, 60, 90 + 10 + 100 + 50 - 100 / 3],
    ['after it', 200, 30, 230],
  ])('ends work %s when it is done', (_, startMs, workMs, endMs) => {
    expect(new DatabaseClock([slow(100, 200, 3)]).endOf(startMs, workMs)).toBeCloseTo(endMs, 9);
  });

  it('stands still while the database is frozen', () => {
    const frozen = [slow(100, 200, Infinity)];
    expect(new DatabaseClock(frozen).endOf(90, 20)).toBe(210);
    expect(new DatabaseClock(frozen).endOf(150, 5)).toBe(205);
    expect(new DatabaseClock([slow(100, Infinity, Infinity)]).endOf(90, 20)).toBe(Infinity);
  });

  it('multiplies what overlaps', () => {
    const clock = new DatabaseClock([slow(0, 100, 2), slow(50, 150, 3)]);
    // 25 of work until 50, 50/6 until 100, and the rest at a third of the speed.
    expect(clock.endOf(0, 40)).toBeCloseTo(100 + 3 * (40 - 25 - 50 / 6), 9);
  });
});

describe('a database that freezes for five seconds', () => {
  const { timeline, ...run } = minute({ incidents: [freeze] });

  it('serves nobody once every connection is taken', () => {
    expect(second(timeline, 19).served).toBeGreaterThan(50);
    for (const index of [21, 22, 23, 24]) expect(second(timeline, index).served).toBe(0);
  });

  it('lets a queue grow of those who came meanwhile, and drains it afterwards', () => {
    expect(run.longestQueue).toBeGreaterThan(400);
    expect(run.longestQueue).toBeLessThan(600);
    expect(second(timeline, 25).served).toBeGreaterThan(150);
    expect(second(timeline, 40).longestQueue).toBeLessThan(20);
    expect(run.waiting).toBe(0);
    expect(run.maxWaitMs).toBeGreaterThan(4_500);
  });

  it('recovers in the time that the spare connections need for the queue', () => {
    // About 490 waiting, 200 a second can be served, 100 a second keep coming.
    const recovery = recoveryMs(timeline, freeze) ?? 0;
    expect(recovery).toBeGreaterThanOrEqual(4_000);
    expect(recovery).toBeLessThanOrEqual(7_000);
  });

  it('recovers at once when a short timeout empties the queue', () => {
    const { timeline: short } = minute({ incidents: [freeze], acquireTimeoutMs: 300 });
    expect(recoveryMs(short, freeze) ?? Infinity).toBeLessThanOrEqual(1_000);
  });

  it('keeps failing longer when callers come back without a pause to breathe', () => {
    const limits = { incidents: [freeze], queueLimit: 20, acquireTimeoutMs: 500 };
    const failed = ({ rejected, timedOut }: ReturnType<typeof minute>) => rejected + timedOut;
    expect(failed(minute({ ...limits, retries: { attempts: 3, pauseMs: 200 } }))).toBeGreaterThan(
      2 * failed(minute(limits)),
    );
  });

  it('stretches work under way: every hold that spans the freeze is five seconds longer', () => {
    const { meanHoldMs, served } = minute({ incidents: [freeze] });
    expect((meanHoldMs * served) / 1_000).toBeGreaterThan(20 * 5 + 0.9 * 0.1 * served);
  });
});

it('serves a third while the database is three times as slow', () => {
  const incidents = [{ kind: 'slow-database', fromMs: 20_000, toMs: 50_000, factor: 3 }] as const;
  const { timeline } = minute({ incidents, queueLimit: 50 });
  const served = timeline.slice(25, 50).reduce((sum, slice) => sum + slice.served, 0) / 25;
  expect(served).toBeGreaterThan(60);
  expect(served).toBeLessThan(74);
});

it('drowns in more load than it can serve, and comes up again', () => {
  const burst = { kind: 'more-load', fromMs: 20_000, toMs: 25_000, factor: 4 } as const;
  const { timeline, requests } = minute({ incidents: [burst] });
  expect(requests).toBeGreaterThan(7_200);
  expect(second(timeline, 24).longestQueue).toBeGreaterThan(700);
  // 1,000 too many, 100 a second faster than they come.
  const recovery = recoveryMs(timeline, burst) ?? 0;
  expect(recovery).toBeGreaterThanOrEqual(7_000);
  expect(recovery).toBeLessThanOrEqual(13_000);
});

describe('instances that are doubled for a while', () => {
  const deploy = { kind: 'more-instances', fromMs: 20_000, toMs: 40_000, factor: 2 } as const;

  it('start with empty pools, whose first requests wait for connections to be opened', () => {
    const { timeline } = minute({ pools: 2, connections: 15, connectMs: 200, incidents: [deploy] });
    expect(second(timeline, 18).maxWaitMs).toBeLessThan(100);
    expect(second(timeline, 20).maxWaitMs).toBe(200);
    expect(second(timeline, 35).maxWaitMs).toBeLessThan(200);
  });

  it('are refused by a server without room for them, and only while they are there', () => {
    const { timeline, refusedByServer } = minute({
      pools: 2,
      connections: 15,
      maxConnections: 32,
      incidents: [deploy],
    });
    expect(refusedByServer).toBeGreaterThan(100);
    expect(refusedByServer).toBe(timeline.slice(20, 40).reduce((sum, slice) => sum + slice.failed, 0));
  });

  it('share the load: four pools are as busy together as two were', () => {
    const input = { pools: 2, connections: 20, incidents: [{ ...deploy, fromMs: 10, toMs: 60_000 }] };
    expect(minute(input).meanBusy).toBeCloseTo(minute({ pools: 4 }).meanBusy, 0);
  });

  it('finish what they have when they leave', () => {
    const { attempts, served, waiting } = minute({
      pools: 2,
      connections: 3,
      arrivals: poisson(90),
      incidents: [deploy],
    });
    expect(served + waiting).toBe(attempts);
    expect(waiting).toBeLessThan(1_000);
  });

  it('may also become fewer: half of the pools serve less, then all again', () => {
    const fewer = { ...deploy, factor: 0.5 };
    const { timeline } = minute({ pools: 2, connections: 8, incidents: [fewer], queueLimit: 30 });
    expect(second(timeline, 30).failed).toBeGreaterThan(0);
    expect(second(timeline, 50).failed).toBe(0);
  });
});

describe('the time to recover', () => {
  const slices = (...queues: number[]): TimelineSlice[] =>
    queues.map((longestQueue, index) => ({
      fromMs: index * 100,
      longestQueue,
      meanWaitMs: longestQueue,
      maxWaitMs: longestQueue,
      served: 1,
      failed: 0,
    }));
  const incident = { fromMs: 300, toMs: 400 };

  it('is counted from the end of the incident to the first of three quiet slices', () => {
    expect(recoveryMs(slices(1, 0, 2, 90, 80, 3, 40, 2, 1, 2, 0), incident)).toBe(300);
  });

  it('is 0 when nothing was disturbed', () => {
    expect(recoveryMs(slices(1, 0, 2, 2, 1, 2, 0), incident)).toBe(0);
  });

  it('is unknown when the run ends before, or nothing was seen before the incident', () => {
    expect(recoveryMs(slices(1, 0, 2, 90, 80, 70, 60), incident)).toBeUndefined();
    expect(recoveryMs(slices(1, 0, 2, 0), { fromMs: 50, toMs: 60 })).toBeUndefined();
  });

  it('takes no level from the warm-up', () => {
    expect(recoveryMs(slices(50, 0, 2, 90, 40, 40, 1, 1, 1), incident)).toBe(0);
    expect(recoveryMs(slices(50, 0, 2, 90, 40, 40, 1, 1, 1), incident, 100)).toBe(200);
  });
});
