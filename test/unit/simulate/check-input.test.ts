import { expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import type { SimulationInput } from '../../../src/simulate/model.ts';
import { simulate } from '../../../src/simulate/run.ts';
import { ofRequests } from './runs.ts';

it.each<[string, Partial<SimulationInput>]>([
  ['no connections', { connections: 0 }],
  ['a fraction of a connection', { connections: 1.5 }],
  ['a negative queue', { queueLimit: -1 }],
  ['no rate', { arrivals: { kind: 'poisson', ratePerSecond: 0 }, durationMs: 1_000 }],
  ['a rate that is no number', { arrivals: { kind: 'paced', ratePerSecond: Number.NaN }, durationMs: 1_000 }],
  ['a trace whose times go back', { arrivals: { kind: 'trace', timesMs: [1, 3, 2] } }],
  ['a run without end', { durationMs: Infinity }],
  ['nothing but warm-up', { durationMs: 100, warmupMs: 100 }],
  ['an incident that ends before it begins', { incidents: [{ kind: 'more-load', fromMs: 9, toMs: 3, factor: 2 }] }],
  ['infinitely many instances', { incidents: [{ kind: 'more-instances', fromMs: 1, toMs: 3, factor: Infinity }] }],
  ['a seed that is no whole number', { seed: 0.5 }],
])('refuses %s', (_, changes) => {
  expect(() => simulate(ofRequests(100, changes))).toThrow(PoolctlError);
});

it('names the arrival that goes back', () => {
  expect(() => simulate(ofRequests(1, { arrivals: { kind: 'trace', timesMs: [1, 3, 2] } }))).toThrow(
    'Arrival 3 of the trace is at 2 ms, before the one ahead of it.',
  );
});

it('takes unlimited queues, timeouts and servers as Infinity too', () => {
  const open = { queueLimit: Infinity, acquireTimeoutMs: Infinity, maxConnections: Infinity };
  expect(simulate(ofRequests(1_000, open))).toEqual(simulate(ofRequests(1_000)));
});
