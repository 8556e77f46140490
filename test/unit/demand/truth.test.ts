import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { MeasuredDemand } from '../../../src/demand/demand.ts';
import { demandFrom } from '../../../src/demand/demand-from.ts';

/** Recorded from Prometheus 2.42 and 3.5, or written by an OpenTelemetry Collector; the right values are known. */
const answers = fileURLToPath(new URL('answers/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'poolctl-truth-'));
afterAll(() => rmSync(folder, { recursive: true }));

const demand = (source: string, cwd = answers) => demandFrom(source, { cwd, env: {}, nowMs: 0 });
const refusal = (source: string, cwd = answers): Promise<string> =>
  demand(source, cwd).then(
    () => 'it was accepted',
    (error: Error) => error.message,
  );
const files = (...names: string[]) => names.map((name) => `live/${name}.json`).join(',');
/** Shares of the holds by the end of their bucket, in %. */
const shares = ({ hold }: Pick<MeasuredDemand, 'hold'>) => {
  const total = hold?.buckets.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return hold?.buckets
    .filter(({ count }) => count > 0)
    .map(({ toMs, count }) => [Math.round(toMs * 10) / 10, Math.round((100 * count) / total)]);
};

describe('answers of one query each', () => {
  it('give rate, mean hold, in use and waiters together', async () => {
    const { ratePerSecond, meanHoldMs, inUse, waiters, pool } = await demand(
      files('hikari-rate', 'hikari-mean-hold', 'hikari-in-use', 'hikari-acquire-waiters'),
    );
    expect([ratePerSecond, meanHoldMs, inUse, waiters, pool]).toEqual([
      60,
      expect.closeTo(45, 6),
      expect.closeTo(2.7, 6),
      expect.closeTo(0.12, 6),
      'orders',
    ]);
  });

  it('give the instances, the busiest first', async () => {
    const { perInstance, instances, ratePerSecond } = await demand(files('hikari-per-instance'));
    expect(perInstance.map((one) => Math.round(one.ratePerSecond))).toEqual([40, 20]);
    expect([instances, Math.round(ratePerSecond)]).toEqual([2, 60]);
  });

  it.each([
    ['otel-buckets', 60],
    ['otel-old-ms-buckets', 60],
    ['otel-buckets-v3', 40],
  ])('give the distribution of %s by its bounds, whatever their order, spelling and unit', async (name, rate) => {
    const told = await demand(files(name));
    expect(Math.round(told.ratePerSecond)).toBe(rate);
    expect(shares(told)).toEqual([
      ...[
        [10, 50],
        [50, 30],
        [100, 10],
        [250, 10],
      ],
    ]);
    expect(told.p95Ms).toEqual({ low: 100, high: 250 });
  });

  it('take the two spellings of a bound for one, as they stand side by side after an upgrade', async () => {
    const { response } = JSON.parse(readFileSync(join(answers, files('otel-buckets')), 'utf8'));
    const [one] = response.data.result.filter(({ metric }: { metric: { le: string } }) => metric.le === '1');
    const request = { query: 'sum by (le) (rate(db_client_connection_use_time_seconds_bucket[20s]))' };
    response.data.result.push({ ...one, metric: { le: '1.0' } }, { ...one, metric: { le: '+Inf' } });
    writeFileSync(join(folder, 'both.json'), JSON.stringify({ request, response }));
    const told = await demand('both.json', folder);
    // Twice as many up to 1 s, of which all above 0.5 s are the second half.
    expect(told.hold?.buckets.at(-1)?.toMs).toBe(1_000);
    expect(Math.round(told.ratePerSecond)).toBe(120);
  });

  it('give the rate alone where a server counts transactions, and say that the hold time is not known', async () => {
    const { ratePerSecond, meanHoldMs, notes } = await demand(files('postgres-exporter-tps'));
    expect([Math.round(ratePerSecond), meanHoldMs]).toEqual([60, undefined]);
    expect(notes.join()).toContain('how long a connection is held is not: add --mean or --p95');
  });

  it('give the hold time where PgBouncer tells the time in transactions beside it', async () => {
    const { meanHoldMs, inUse } = await demand(files('postgres-exporter-tps', 'pgbouncer-in-use'));
    expect([meanHoldMs, inUse]).toEqual([expect.closeTo(45, 1), expect.closeTo(2.7, 2)]);
  });

  it.each(['native-v2', 'native-v3'])('give a native histogram, %s, as it is', async (name) => {
    const document = JSON.parse(readFileSync(join(answers, files(name)), 'utf8'));
    document.request.query = 'sum(rate(db_client_connection_use_time_seconds[30s]))';
    writeFileSync(join(folder, 'native.json'), JSON.stringify(document));
    const told = await demand('native.json', folder);
    expect([told.ratePerSecond, told.meanHoldMs, told.inUse]).toEqual([
      60,
      expect.closeTo(45, 6),
      expect.closeTo(2.7, 6),
    ]);
    expect(shares(told)).toEqual([
      ...[
        [11, 50],
        [31.3, 30],
        [88.4, 10],
        [250, 10],
      ],
    ]);
  });

  it('are refused where a percentile was guessed within its bucket: 2.42 and 3.5 guess differently, and both wrong', async () => {
    for (const name of ['native-quantile-v2', 'native-quantile-v3']) {
      expect(await refusal(files(name))).toContain(
        'histogram_quantile() guesses where in its bucket a percentile lies',
      );
    }
  });
});

describe('a week', () => {
  it('has its peak hour and when it was, of all and of each instance', async () => {
    for (const name of ['range-hourly', 'range-hourly-per-instance']) {
      const { peak } = await demand(`week/${name}.json`);
      expect(peak).toMatchObject({ from: '2026-11-24T14:00:00Z', to: '2026-11-24T15:00:00Z', ratePerSecond: 180 });
    }
    const { peak } = await demand('week/range-hourly-per-instance.json');
    expect(peak?.perInstance).toMatchObject([
      { instance: 'a:8080', ratePerSecond: 120 },
      { instance: 'b:8080', ratePerSecond: 60 },
    ]);
  });

  it('has the peak of a subquery, with the connections in use', async () => {
    const { peak } = await demand('week/peak-hour-fleet.json,week/peak-in-use.json');
    expect([peak?.ratePerSecond, peak?.inUse, peak?.meanHoldMs]).toEqual([
      180,
      expect.closeTo(8.1, 6),
      expect.closeTo(45, 6),
    ]);
    expect((await demand('week/peak-hour-per-instance.json')).peak?.instancePeaks?.ratePerSecond).toBe(180);
  });

  it('has its mean rate, and the shares of its buckets', async () => {
    const told = await demand('week/mean-rate.json,week/buckets.json');
    expect(told.ratePerSecond).toBeCloseTo(47.3494, 4);
    expect(shares(told)).toEqual([
      ...[
        [10, 50],
        [50, 30],
        [100, 10],
        [250, 10],
      ],
    ]);
  });

  it('says how often counters began again', async () => {
    const { warnings } = await demand('week/mean-rate.json,week/resets.json');
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      [
        'DEMAND_RESTARTED',
        'Counters began again at 0 1 time (b:8080): what came between the last scrape and a restart is lost.',
      ],
    ]);
  });

  it('is refused where counters were added up before their rate: 4,167/s instead of 180', async () => {
    expect(await refusal('week/wrong-sum-then-rate.json')).toContain(
      'it adds counters up before it takes their rate, so that one restart looks like all requests at once',
    );
  });
});

describe('files of exporters', () => {
  it.each(['otlp-new-cumulative', 'otlp-new-delta', 'otlp-old-ms-cumulative'])(
    'in OTLP, %s, give the rate and the hold times, whatever temporality and unit they have',
    async (name) => {
      const told = await demand(`${name}.jsonl`);
      expect(told).toMatchObject({ ratePerSecond: 60, pool: 'orders', instances: 1, limit: 10, waiters: 0 });
      expect([told.meanHoldMs, told.inUse]).toEqual([expect.closeTo(45, 6), expect.closeTo(2.7, 6)]);
      expect(shares(told)?.map(([, share]) => share)).toEqual([50, 30, 10, 10]);
      // Bucket i of OpenTelemetry ends where bucket i + 1 of Prometheus does: 240 ms have to be in it.
      expect(told.p95Ms?.low).toBeLessThan(240);
      expect(told.p95Ms?.high).toBeGreaterThan(240);
    },
  );

  const scrapes = 'metrics-at-600.prom,metrics-at-660.prom?interval=60s';

  it.each([
    ['opentelemetry', 45],
    ['opentelemetry-old', 45],
    ['hikaricp-micrometer', 45],
    ['pgbouncer-exporter', 45],
    ['postgres-exporter', undefined],
  ])('as two scrapes give those of %s', async (source, meanHoldMs) => {
    const told = await demand(`${scrapes}&source=${source}`);
    expect(told).toMatchObject({ source, ratePerSecond: 60, pool: 'orders' });
    expect(told.meanHoldMs).toBe(meanHoldMs);
  });

  it('are read by the names that tell most, and say what else is there', async () => {
    const { source, notes, limit } = await demand(scrapes);
    // `max` and `limit` are one metric, so that the limit is 10 and not 20.
    expect([source, limit]).toEqual(['opentelemetry', 10]);
    expect(notes[0]).toContain(
      'there is also opentelemetry-old, hikaricp-micrometer, pgbouncer-exporter, postgres-exporter',
    );
  });

  it('give the rate of a metric of requests that the user names', async () => {
    const { source, ratePerSecond, meanHoldMs } = await demand(`${scrapes}&metric=http_request_duration_seconds`);
    expect([source, ratePerSecond, meanHoldMs]).toEqual(['requests', 60, undefined]);
  });

  it('give no rate by one scrape, and say what helps', async () => {
    expect(await refusal('metrics-at-600.prom')).toContain('one scrape without process_start_time_seconds');
  });
});
