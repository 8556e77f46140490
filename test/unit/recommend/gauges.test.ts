import { describe, expect, it } from 'vitest';
import { judgeDemand } from '../../../src/demand/judge.ts';
import { gaugesOf, gaugeWarnings, type SeenGauges } from '../../../src/recommend/gauges.ts';
import { readPrometheus } from '../../../src/recommend/inputs/prometheus.ts';

const healthy: SeenGauges = {
  ...{ readings: 240, limit: 10, waitingMost: 0, fullReadings: 0 },
  inUse: { least: 0, mean: 2.7, most: 8 },
};
const codes = (...gauges: readonly Partial<SeenGauges>[]) =>
  gaugeWarnings(
    'orders',
    gauges.map((one) => ({ ...healthy, ...one })),
  ).map(({ code }) => code);

describe('gauges of a pool', () => {
  it('are not doubted where they are right: at rest, busy, and full with requests that wait', () => {
    expect(codes({}, { inUse: { least: 0, mean: 0.01, most: 1 } })).toEqual([]);
    expect(codes({ inUse: { least: 6, mean: 9.2, most: 10 }, fullReadings: 120, waitingMost: 4 })).toEqual([]);
    // So many are in use that none is free by chance alone.
    expect(codes({ inUse: { least: 2, mean: 6, most: 10 }, fullReadings: 3 })).toEqual([]);
    expect(codes({ readings: 5, inUse: { least: 1, mean: 1, most: 1 } })).toEqual([]);
  });

  it('are doubted where nobody waits though all connections are in use again and again', () => {
    expect(codes({ inUse: { least: 2, mean: 8, most: 10 }, fullReadings: 60 })).toEqual(['METRICS_WAITERS_UNCOUNTED']);
    const { fullReadings: _, ...means } = { ...healthy, inUse: { least: 6, mean: 9.4, most: 10 } };
    expect(gaugeWarnings(undefined, [means])[0]?.message).toContain('9.4 of 10 connections were in use on average');
  });

  it('are doubted where a pool is never at rest, though chance or the hold times say that it is', () => {
    expect(codes({ readings: 25, inUse: { least: 1, mean: 1, most: 1 } })).toEqual(['METRICS_USED_AT_REST']);
    expect(codes({ readings: 60, inUse: { least: 1, mean: 2, most: 4 }, busy: 0.3 })).toEqual(['METRICS_USED_AT_REST']);
    expect(codes({ readings: 60, inUse: { least: 1, mean: 2, most: 4 }, busy: 1.9 })).toEqual([]);
  });

  it('are doubted where more is in use than there may be, or less than nothing is idle', () => {
    expect(codes({ limit: 4, inUse: { least: 0, mean: 3, most: 7 } })).toEqual(['METRICS_POOLS_MIXED']);
    expect(codes({ belowZero: -5 })).toEqual(['METRICS_POOLS_MIXED']);
  });

  it('are doubted where the pool has no name of its own', () => {
    const [warning] = gaugeWarnings('unknown_host:unknown_port/unknown_database', [healthy]);
    expect(warning?.code).toBe('METRICS_POOL_UNNAMED');
  });
});

const series = (name: string, labels: Record<string, string>, values: readonly number[]) => ({
  metric: { __name__: name, instance: 'a', ...labels },
  values: values.map((value, at) => [1_796_000_000 + 60 * at, String(value)]),
});
const answerOf = (...result: readonly object[]) =>
  JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });

describe('readings', () => {
  it('of less than nothing are a sign, and no values that are no numbers', async () => {
    const { histories, notes } = await readPrometheus(
      answerOf(
        series('db_client_connection_count', { db_client_connection_state: 'used' }, [1, 7, 2]),
        series('db_client_connection_count', { db_client_connection_state: 'idle' }, [3, -5, 1]),
        series('db_client_connection_max', {}, [4, 4, 4]),
      ),
      'a.json',
    );
    expect(notes).toEqual([]);
    expect(histories.map(gaugesOf)).toMatchObject([{ limit: 4, inUse: { most: 7 }, belowZero: -5 }]);
  });

  it('of HikariCP, which counts by itself, are not doubted', async () => {
    const { histories } = await readPrometheus(
      answerOf(
        series(
          'hikaricp_connections_active',
          { pool: 'a' },
          Array.from({ length: 30 }, () => 1),
        ),
      ),
      'a.json',
    );
    expect(gaugeWarnings('a', histories.map(gaugesOf))).toEqual([]);
  });
});

describe('a demand', () => {
  const instance = { instance: 'a', uses: 60, useMs: 900, inUse: 1.6, inUseMost: 4, readings: 60, limit: 10 };
  const warnings = (more: object) =>
    judgeDemand(
      {
        ...{ source: 'opentelemetry', pool: 'orders', notes: [], warnings: [] },
        window: { seconds: 3_600, isFleet: false, instances: [{ ...instance, ...more }] },
      },
      'metrics',
    ).warnings.map(({ code }) => code);

  it('that Prometheus was asked for has the same signs', () => {
    expect(warnings({ inUseLeast: 0, idleLeast: 0, waitingMost: 0 })).toEqual([]);
    expect(warnings({ inUseLeast: 1, idleLeast: -2 })).toEqual(['METRICS_POOLS_MIXED', 'METRICS_USED_AT_REST']);
    expect(warnings({})).toEqual([]);
  });
});
