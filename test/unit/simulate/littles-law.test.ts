import { expect, it } from 'vitest';
import type { SimulationInput } from '../../../src/simulate/model.ts';
import { simulate } from '../../../src/simulate/run.ts';
import { lognormal, ofRequests, poisson } from './runs.ts';

const systems: Readonly<Record<string, Partial<SimulationInput>>> = {
  'a plain pool': {},
  'a finite queue in overload': { arrivals: poisson(130), queueLimit: 8 },
  'an acquire timeout in overload': { arrivals: poisson(130), acquireTimeoutMs: 150 },
  'both limits and skewed holds': {
    hold: lognormal(100, 2),
    arrivals: poisson(110),
    queueLimit: 20,
    acquireTimeoutMs: 200,
  },
  bursts: { connections: 20, arrivals: { kind: 'bursty', ratePerSecond: 80, factor: 4, burstMs: 300, quietMs: 900 } },
  batches: { arrivals: { kind: 'batches', ratePerSecond: 70, size: 10 } },
  'four pools at random': { pools: 4, connections: 3, balancer: 'random' },
  'four pools round robin': { pools: 4, connections: 3, balancer: 'round-robin', queueLimit: 5 },
  'four pools, least busy first': { pools: 4, connections: 3, balancer: 'least-busy', acquireTimeoutMs: 100 },
  retries: { arrivals: poisson(105), queueLimit: 5, retries: { attempts: 2, pauseMs: 250 } },
  'pools that open connections on demand': { connectMs: 40, startEmpty: true, acquireTimeoutMs: 300 },
  'a server that refuses': { pools: 2, connections: 10, maxConnections: 9, connectMs: 10, startEmpty: true },
  'connections dealt in turn': { lending: 'in-turn', arrivals: poisson(60), queueLimit: 20 },
  'queries behind busy connections of three pools': {
    ...{ lending: 'busy-in-turn', pools: 3, connections: 4, balancer: 'least-busy', acquireTimeoutMs: 200 },
    incidents: [{ kind: 'more-instances', fromMs: 100_000, toMs: 300_000, factor: 2 }],
  },
  'pools that open everything at once on a full server': {
    ...{ lending: 'fewest-requests', opening: { when: 'first-query', atOnce: 'all' }, startEmpty: true, connectMs: 40 },
    ...{ pools: 2, connections: 8, maxConnections: 13 },
  },
  'pools that open one connection at a time': {
    ...{ opening: { when: 'start', atOnce: 'one' }, startEmpty: true, connectMs: 40, acquireTimeoutMs: 300 },
    ...{ pools: 2, connections: 8, maxConnections: 13 },
  },
  'a slow database': {
    acquireTimeoutMs: 1_000,
    incidents: [{ kind: 'slow-database', fromMs: 100_000, toMs: 160_000, factor: 3 }],
  },
  'a frozen database and retries': {
    acquireTimeoutMs: 1_000,
    retries: { attempts: 3, pauseMs: 200 },
    incidents: [{ kind: 'slow-database', fromMs: 100_000, toMs: 105_000, factor: Infinity }],
  },
  'instances that come and go': {
    ...{ pools: 2, connections: 6, connectMs: 30 },
    incidents: [{ kind: 'more-instances', fromMs: 100_000, toMs: 300_000, factor: 2 }],
  },
};

// Both laws are exact but for the requests that wait or are served at the beginning and the end of the measured time:
// some tens of 60,000.
it.each(Object.entries(systems))("keeps Little's law for %s", (_, changes) => {
  const input = ofRequests(60_000, { warmupMs: 20_000, ...changes });
  const run = simulate(input);
  const seconds = (input.durationMs - 20_000) / 1_000;
  const givenUpMs = run.timedOut > 0 ? run.timedOut * (input.acquireTimeoutMs ?? 0) : 0;
  const waitedSeconds = (run.served * run.meanWaitMs + givenUpMs) / 1_000;

  expect(Math.abs(run.meanQueue * seconds - waitedSeconds)).toBeLessThan(0.002 * waitedSeconds + 2);
  expect(Math.abs(run.meanBusy / ((run.throughputPerSecond * run.meanHoldMs) / 1_000) - 1)).toBeLessThan(0.002);
});

it.each(Object.entries(systems))('lets every attempt end in one way, for %s', (_, changes) => {
  const run = simulate(ofRequests(20_000, changes));
  expect(run.attempts).toBe(run.served + run.rejected + run.timedOut + run.refusedByServer + run.waiting);
  expect(run.waited).toBeLessThanOrEqual(run.served);
  expect(run.requests).toBeLessThanOrEqual(run.attempts);
});

it.each(Object.entries(systems))(
  'gives the same run for the same seed, and another for another, for %s',
  (_, changes) => {
    const input = ofRequests(5_000, { timelineSlices: 10, ...changes });
    expect(simulate(input)).toEqual(simulate(input));
    expect(simulate({ ...input, seed: 2 })).not.toEqual(simulate(input));
  },
);
