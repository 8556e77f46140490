import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demandFrom } from '../../src/demand/demand-from.ts';
import type { PrintedQueries } from '../../src/demand/print-queries.ts';
import { profileIds } from '../../src/profiles/files.ts';
import { meanHoldMs, weekEndSeconds, weekOfMetrics } from '../helpers/metric-weeks.ts';
import { type RunningPrometheus, startPrometheus } from '../helpers/prometheus.ts';
import { promtoolProgram } from '../helpers/promtool.ts';
import { writeNative } from '../helpers/remote-write.ts';
import { poolctl } from '../helpers/run.ts';
import { isCi, Unavailable } from '../helpers/servers/engine.ts';

const missing = await promtoolProgram('prometheus').then(
  () => undefined,
  (error: unknown) => {
    if (!(error instanceof Unavailable) || isCi) throw error;
    return error.message;
  },
);

describe.skipIf(missing !== undefined)(`a week in a real Prometheus${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let prometheus: RunningPrometheus;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'poolctl-demand-'));
    const native = ['--enable-feature=native-histograms', '--web.enable-remote-write-receiver'];
    prometheus = await startPrometheus(weekOfMetrics(), native);
  });
  afterAll(async () => {
    await prometheus?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = (settings: string) => `prometheus://127.0.0.1:${prometheus.port}?${settings}`;
  const week = (settings: string) => url(`at=2026-11-28T00:00Z&${settings}`);
  const demand = (source: string) => demandFrom(source, { cwd: folder, env: {}, nowMs: Date.now() });

  it('tells the quiet last hour, and the peak hour with its moment, of HikariCP', async () => {
    const told = await demand(week('service=api'));
    expect(told).toMatchObject({
      ...{ source: 'hikaricp-micrometer', pool: 'orders', instances: 2, limit: 10, seconds: 3_600 },
      perInstance: [{ instance: 'a:8080' }, { instance: 'b:8080' }],
      peak: { from: '2026-11-24T14:00:00Z', to: '2026-11-24T15:00:00Z', instances: 2, ofSeconds: 604_800 },
    });
    expect(told.ratePerSecond).toBeCloseTo(30, 1);
    expect(told.inUse).toBeCloseTo(1.35, 2);
    expect(told.peak?.ratePerSecond).toBeCloseTo(180, 0);
    expect(told.peak?.inUse).toBeCloseTo(8.1, 1);
    expect(told.peak?.meanHoldMs).toBeCloseTo(meanHoldMs, 1);
    expect(told.peak?.perInstance.map(({ ratePerSecond }) => Math.round(ratePerSecond))).toEqual([120, 60]);
    expect(told.peak?.instancePeaks?.ratePerSecond).toBeCloseTo(180, 0);
  });

  it('has the hold times of OpenTelemetry as a histogram, and the p95 as its bucket', async () => {
    const { peak } = await demand(week('job=web'));
    const counts = peak?.hold?.buckets.map(({ toMs, count }) => [toMs, count / (peak.ratePerSecond * 3_600)]);
    expect(counts?.map(([toMs, share]) => [toMs, Math.round(100 * (share ?? 0))])).toEqual([
      ...[
        [10, 50],
        [50, 30],
        [100, 10],
        [250, 10],
      ],
    ]);
    expect(peak?.p95Ms).toEqual({ low: 100, high: 250 });
    expect(peak?.meanHoldMs).toBeCloseTo(meanHoldMs, 1);
  });

  it('says that a process was started anew, and is not misled by it', async () => {
    const { warnings, ratePerSecond } = await demand(url('at=2026-11-26T12:00Z&window=6h&peak=0&job=api'));
    expect(ratePerSecond).toBeCloseTo(30, 0);
    expect(warnings.map(({ code }) => code)).toContain('DEMAND_RESTARTED');
    expect(warnings.find(({ code }) => code === 'DEMAND_RESTARTED')?.message).toContain('1 time (b:8080)');
  });

  it('gives the same by answers that were saved by hand', async () => {
    const asked = await poolctl(['size', '--from', week('source=opentelemetry&job=web'), '--print-queries', '--json']);
    const { address, queries } = (JSON.parse(asked.stdout) as { result: PrintedQueries }).result;
    const answers = await Promise.all(
      queries.map(async ({ call, parameters, query }) => {
        const body = new URLSearchParams({ ...parameters, query });
        return (await fetch(`${address}/api/v1/${call}`, { method: 'POST', body })).text();
      }),
    );
    writeFileSync(join(folder, 'answers.json'), answers.join(''));
    const [saved, live] = [await demand('answers.json'), await demand(week('job=web'))];
    expect(saved.ratePerSecond).toBeCloseTo(live.ratePerSecond, 6);
    expect(saved.peak?.ratePerSecond).toBeCloseTo(live.peak?.ratePerSecond ?? 0, 6);
    expect(saved.peak?.from).toBe(live.peak?.from);
    expect(saved.peak?.instancePeaks).toEqual(live.peak?.instancePeaks);
    expect(saved.hold).toEqual(live.hold);
  });

  it('gives the same by the metrics themselves as a range', async () => {
    const body = new URLSearchParams({
      query: '{__name__=~"hikaricp_.*"}',
      ...{ start: String(weekEndSeconds - 7 * 86_400), end: String(weekEndSeconds), step: '300' },
    });
    const answer = await fetch(`http://127.0.0.1:${prometheus.port}/api/v1/query_range`, { method: 'POST', body });
    writeFileSync(join(folder, 'range.json'), await answer.text());
    const { peak, ...window } = await demand('range.json');
    expect(window.ratePerSecond).toBeCloseTo(30, 1);
    expect(peak).toMatchObject({ from: '2026-11-24T14:00:00Z', to: '2026-11-24T15:00:00Z' });
    expect(peak?.ratePerSecond).toBeCloseTo(180, 0);
    expect(peak?.inUse).toBeCloseTo(8.1, 1);
  });

  it('is sized by: the pool of the busiest instance in the peak hour', async () => {
    const { stdout, exitCode } = await poolctl(['size', '--from', week('service=api'), '--json']);
    const { result, warnings } = JSON.parse(stdout) as {
      result: { load: object; fleet: { normal: object }; measuredDemand: { peak: object } };
      warnings: readonly { code: string }[];
    };
    expect(exitCode).toBe(0);
    expect(result.load).toMatchObject({ instanceArrivalRatePerSecond: expect.closeTo(120, 0), holdTimeBasis: 'mean' });
    expect(result.fleet.normal).toMatchObject({ instances: 2 });
    expect(result.measuredDemand.peak).toMatchObject({ from: '2026-11-24T14:00:00Z' });
    expect(warnings.map(({ code }) => code)).toContain('DEMAND_UNEVEN');
  });

  it('reads native histograms, and asks nothing that an older Prometheus does not know', async () => {
    const nowMs = Date.now();
    const holds = [0.008, 0.03, 0.08, 0.24];
    const labels = {
      __name__: 'db_client_connection_use_time_seconds',
      db_client_connection_pool_name: 'native',
      job: 'native',
    };
    for (const [instance, schema, rate] of [
      ['a', 3, 20],
      ['b', 1, 10],
    ] as const) {
      const samples = Array.from({ length: 13 }, (_, at) => ({
        ...{ atMs: nowMs - (12 - at) * 30_000, schema },
        counts: new Map(holds.map((hold, index) => [hold, (at + 100) * 30 * rate * ([5, 3, 1, 1][index] ?? 0)])),
      }));
      await writeNative(prometheus.port, { ...labels, instance }, samples);
    }
    const told = await demandFrom(url('job=native&window=5m&peak=0'), { cwd: folder, env: {}, nowMs: nowMs + 30_000 });
    expect(told.ratePerSecond).toBeCloseTo(300, -1);
    expect(told.meanHoldMs).toBeCloseTo(meanHoldMs, 1);
    expect(told.perInstance.map(({ instance }) => instance)).toEqual(['a', 'b']);
    // Instances with different schemas have the coarser one in all.
    expect(told.p95Ms).toEqual({ low: expect.closeTo(176.8, 1), high: expect.closeTo(250, 5) });
  });

  it('understands the queries of every source', async () => {
    for (const source of profileIds('metrics')) {
      const { stdout } = await poolctl(['size', '--from', week(`source=${source}`), '--print-queries', '--json']);
      const { address, queries } = (JSON.parse(stdout) as { result: PrintedQueries }).result;
      for (const { call, parameters, query } of queries) {
        const body = new URLSearchParams({ ...parameters, query });
        const answer = await fetch(`${address}/api/v1/${call}`, { method: 'POST', body });
        expect([source, await answer.json()]).toEqual([source, expect.objectContaining({ status: 'success' })]);
      }
    }
  });

  it('is not taken for zero where it is empty', async () => {
    const failure = (settings: string) =>
      demand(week(settings)).then(
        () => undefined,
        (error: Error) => error.message,
      );
    expect(await failure('service=apy')).toBe('Prometheus has no metric of a pool with service "apy".');
    expect(await failure('job=api&window=30s&peak=0')).toBe(
      'The window of 30 s has no two scrapes of the pool, which is scraped every 2 min: it has no rate.',
    );
    expect(await failure('peak=0')).toContain('These metrics are of 2 services: job is api, web.');
    expect(await failure('metric=hikaricp_connections_active&peak=0')).toBe(
      'hikaricp_connections_active is a gauge, which has no rate.',
    );
  });
});
