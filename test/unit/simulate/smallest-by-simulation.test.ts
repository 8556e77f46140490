import { expect, it } from 'vitest';
import { smallestBySimulation } from '../../../src/simulate/smallest-by-simulation.ts';
import { exponential, lognormal, poisson } from './runs.ts';

const base = { arrivals: poisson(80), hold: exponential(100), seed: 1 };
const targets = { maxWaitP99Ms: 50, maxLossRatio: 0.001 };

// Exact p99 waits of M/M/c at load 8 come from Erlang C: 12 connections 66 ms, 13 connections 41 ms.
it.each([12, 2, 40])('finds the smallest pool for a wait target, starting at %d', async (start) => {
  const { connections, isFinished } = await smallestBySimulation(base, targets, { start });
  expect(isFinished).toBe(true);
  expect(connections).toBe(13);
});

it('confirms a good start with two runs, and one connection less misses the target', async () => {
  const { candidates } = await smallestBySimulation(base, targets, { start: 13 });
  expect(candidates.map(({ connections, meetsTargets }) => [connections, meetsTargets])).toEqual([
    [13, true],
    [12, false],
  ]);
  expect(candidates[0]?.run.requests).toBe(candidates[1]?.run.requests);
});

it('finds the smallest pool for a loss target: Erlang B of load 8 falls below 1 % at 15 connections', async () => {
  const { connections } = await smallestBySimulation(
    { ...base, hold: lognormal(100, 1.5), queueLimit: 0 },
    { maxWaitP99Ms: 1, maxLossRatio: 0.01 },
    { start: 12 },
  );
  expect(connections).toBe(15);
});

it('does not go below the least or above the most', async () => {
  expect(await smallestBySimulation(base, targets, { start: 3, most: 10 })).not.toHaveProperty('connections');
  expect((await smallestBySimulation(base, targets, { start: 20, least: 18 })).connections).toBe(18);
});

it('needs more connections for bursts than for the same load without', async () => {
  const arrivals = { kind: 'bursty', ratePerSecond: 80, factor: 4, burstMs: 500, quietMs: 1_500 } as const;
  const { connections = 0 } = await smallestBySimulation({ ...base, arrivals }, targets, { start: 14 });
  expect(connections).toBeGreaterThan(20);
});

it('stops on the signal with the fewest found so far', async () => {
  const stop = new AbortController();
  const onProgress = (share: number) => {
    if (share > 0.5) stop.abort();
  };
  const found = await smallestBySimulation(base, targets, { start: 30, signal: stop.signal, onProgress });
  expect(found.isFinished).toBe(false);
  expect(found.connections).toBeGreaterThanOrEqual(13);
});
