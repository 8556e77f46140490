import { describe, expect, it } from 'vitest';
import type { SimulationInput } from '../../../src/simulate/model.ts';
import { Simulation, simulate } from '../../../src/simulate/run.ts';
import type { ArrivalLaw } from '../../../src/traffic/arrival-law.ts';
import { estimates, ofRequests, poisson } from './runs.ts';

const at = (...timesMs: number[]): ArrivalLaw => ({ kind: 'trace', timesMs });

/** Few requests at known moments, each of 100 ms: what happens can be worked out on paper. */
function onPaper(timesMs: readonly number[], changes: Partial<SimulationInput> = {}): SimulationInput {
  return {
    arrivals: at(...timesMs),
    hold: { kind: 'constant', meanMs: 100 },
    connections: 1,
    durationMs: 10_000,
    seed: 1,
    ...changes,
  };
}

describe('a queue worked out on paper', () => {
  it('serves first come first served: waits of 0, 90 and 180 ms', () => {
    const run = simulate(onPaper([10, 20, 30]));
    expect(run).toMatchObject({
      requests: 3,
      served: 3,
      queued: 2,
      waited: 2,
      meanWaitMs: 90,
      maxWaitMs: 180,
      longestQueue: 2,
    });
    expect(run).toMatchObject({ meanHoldMs: 100, meanBusy: 0.03, throughputPerSecond: 0.3, waiting: 0 });
    expect(run.meanQueue).toBeCloseTo(0.027, 12);
  });

  it('serves an arrival with the connection that is released at the same moment', () => {
    expect(simulate(onPaper([0, 100, 200], { queueLimit: 0 }))).toMatchObject({ served: 3, rejected: 0, waited: 0 });
  });

  it('turns away whoever finds the queue full', () => {
    expect(simulate(onPaper([10, 20, 30, 40], { queueLimit: 1 }))).toMatchObject({ served: 2, rejected: 2, lost: 2 });
  });

  it('lets a request give up exactly when its wait reaches the timeout', () => {
    const run = simulate(onPaper([10, 20, 30, 40], { acquireTimeoutMs: 95 }));
    expect(run.queued).toBe(3);
    // The second waits 90 ms; the third and fourth would wait longer and leave at 125 and 135 ms.
    expect(run).toMatchObject({ served: 2, timedOut: 2, longestQueue: 3, maxWaitMs: 90 });
    expect(run.meanQueue).toBeCloseTo((90 + 95 + 95) / 10_000, 12);
  });

  it('serves a request whose connection comes at the last moment', () => {
    expect(simulate(onPaper([0, 20], { acquireTimeoutMs: 80 }))).toMatchObject({ served: 2, timedOut: 0 });
  });

  it('gives the place of one that gave up to the next', () => {
    const run = simulate(onPaper([0, 10, 70], { queueLimit: 1, acquireTimeoutMs: 50 }));
    expect(run).toMatchObject({ served: 2, timedOut: 1, rejected: 0 });
  });

  it('tries again after the pause, as often as allowed, with the same hold time', () => {
    const run = simulate(onPaper([0, 10], { queueLimit: 0, retries: { attempts: 3, pauseMs: 40 } }));
    // Again at 50 and 90 ms, in vain; at 130 ms it is served.
    expect(run).toMatchObject({ requests: 2, attempts: 5, served: 2, rejected: 3, lost: 0 });
    const fewer = simulate(onPaper([0, 10], { queueLimit: 0, retries: { attempts: 2, pauseMs: 40 } }));
    expect(fewer).toMatchObject({ attempts: 4, served: 1, rejected: 3, lost: 1 });
  });

  it('counts who is answered by the deadline, from the first attempt on', () => {
    // Served from 0, 100 and 200 ms on; they came at 0, 10 and 20 ms.
    const answered = (deadlineMs: number) => simulate(onPaper([0, 10, 20], { deadlineMs })).answeredInTime;
    expect([99, 100, 190, 279, 280].map(answered)).toEqual([0, 1, 2, 2, 3]);
    // The second comes again at 50, 90 and 130 ms and is answered at 230 ms, 220 after it came first.
    const retried = { queueLimit: 0, retries: { attempts: 3, pauseMs: 40 } };
    const again = (deadlineMs: number) => simulate(onPaper([0, 10], { ...retried, deadlineMs })).answeredInTime;
    expect([219, 220].map(again)).toEqual([1, 2]);
  });

  it('counts all that are served as answered where there is no deadline', () => {
    expect(simulate(onPaper([0, 10, 20], { queueLimit: 1 }))).toMatchObject({ served: 2, answeredInTime: 2 });
  });

  it('lets a request wait for the connection that is opened for it, without taking a place in the queue', () => {
    const run = simulate(onPaper([0, 0], { connections: 2, queueLimit: 0, connectMs: 30, startEmpty: true }));
    expect(run).toMatchObject({ served: 2, rejected: 0, meanWaitMs: 30 });
  });

  it('opens a connection once and keeps it', () => {
    const run = simulate(onPaper([0, 500, 1_000], { connections: 5, connectMs: 30, startEmpty: true }));
    expect(run).toMatchObject({ served: 3, waited: 1, maxWaitMs: 30 });
  });

  it('lets a released connection serve whoever waits for one that is being opened', () => {
    const run = simulate(onPaper([0, 140], { connections: 2, connectMs: 50, startEmpty: true }));
    // The first connection is open at 50 and released at 150 ms; the second would be open at 190 ms.
    expect(run).toMatchObject({ served: 2, maxWaitMs: 50 });
    expect(run.meanWaitMs).toBe(30);
  });

  it('lets the server refuse the connection that is one too many', () => {
    const run = simulate(onPaper([0, 1, 2, 3], { pools: 2, connections: 2, maxConnections: 3, startEmpty: true }));
    expect(run).toMatchObject({ served: 3, refusedByServer: 1, lost: 1 });
  });

  it('shares what the server allows among pools that start full', () => {
    const run = simulate(onPaper([0, 0, 0, 0, 0], { pools: 3, connections: 9, maxConnections: 4 }));
    expect(run).toMatchObject({ served: 4, refusedByServer: 1 });
  });

  it('lets the next pool in turn have each request', () => {
    const run = simulate(onPaper([0, 0, 0, 0], { pools: 2, balancer: 'round-robin' }));
    expect(run).toMatchObject({ served: 4, waited: 2, meanWaitMs: 50 });
  });

  it('sends a request to the pool with the fewest busy and waiting', () => {
    // Two to each pool; the pool that got the first request is free first and gets the last one.
    const run = simulate(onPaper([0, 10, 20, 205], { pools: 2, balancer: 'least-busy' }));
    expect(run).toMatchObject({ served: 4, waited: 1, maxWaitMs: 80 });
  });
});

it('leaves the warm-up out of every figure but the timeline', () => {
  const input = onPaper([10, 20, 5_000], { warmupMs: 1_000, timelineSlices: 10 });
  const run = simulate(input);
  expect(run).toMatchObject({ requests: 1, served: 1, waited: 0, longestQueue: 0, maxWaitMs: 0 });
  expect(run.meanBusy).toBeCloseTo(100 / 9_000, 12);
  expect(run.timeline[0]).toEqual({ fromMs: 0, longestQueue: 1, meanWaitMs: 45, maxWaitMs: 90, served: 2, failed: 0 });
});

it('cuts the whole run into slices that add up to it', () => {
  const run = simulate(ofRequests(20_000, { arrivals: poisson(120), queueLimit: 10, timelineSlices: 7 }));
  const sum = (name: 'served' | 'failed') => run.timeline.reduce((all, slice) => all + slice[name], 0);
  expect(run.timeline).toHaveLength(7);
  expect(sum('served')).toBe(run.served);
  expect(sum('failed')).toBe(run.rejected);
  expect(Math.max(...run.timeline.map((slice) => slice.longestQueue))).toBe(run.longestQueue);
  expect(Math.max(...run.timeline.map((slice) => slice.maxWaitMs))).toBe(run.maxWaitMs);
});

it('can be stopped on the way and then gives the figures until there; going on changes nothing', () => {
  const input = ofRequests(10_000);
  const inParts = new Simulation(input);
  inParts.advance(1_000);
  expect(inParts.figures().requests).toBe(1_000);
  expect(inParts.doneShare).toBeCloseTo(0.1, 1);
  while (!inParts.isOver) inParts.advance(777);
  expect(inParts.figures()).toEqual(simulate(input));
});

it('gives every pool size the same requests with the same hold times', () => {
  const runs = [11, 12, 13, 14].map((connections) => simulate(ofRequests(20_000, { connections })));
  expect(new Set(runs.map((run) => run.requests)).size).toBe(1);
  const waits = runs.map((run) => run.meanWaitMs);
  expect(waits).toEqual(waits.toSorted((a, b) => b - a));
});

it('multiplies the load when those who fail try again', () => {
  const overload = { arrivals: poisson(120), queueLimit: 5 };
  const without = estimates(ofRequests(20_000, overload), 3);
  const withRetries = estimates(ofRequests(20_000, { ...overload, retries: { attempts: 3, pauseMs: 500 } }), 3);
  expect(without.attemptsPerRequest.mean).toBe(1);
  expect(withRetries.attemptsPerRequest.mean).toBeGreaterThan(1.5);
  expect(withRetries.rejectedRatio.mean).toBeGreaterThan(1.5 * without.rejectedRatio.mean);
  // What exceeds the pool is lost all the same.
  expect(withRetries.lostRatio.mean).toBeGreaterThan(0.16);
});

it('needs no more memory for three million requests than for few', () => {
  const input = { arrivals: poisson(810), connections: 90, queueLimit: 50, acquireTimeoutMs: 200, timelineSlices: 60 };
  simulate(ofRequests(100_000, input));
  globalThis.gc?.();
  const before = process.memoryUsage();
  const run = simulate(ofRequests(3_000_000, input));
  const after = process.memoryUsage();
  expect(run.requests).toBeGreaterThan(2_900_000);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1e6);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(8e6);
});
