import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { demandFrom } from '../../../src/demand/demand-from.ts';
import { isMetricsText } from '../../../src/demand/is-metrics-text.ts';
import { poolctl } from '../../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, text: string) => writeFileSync(join(folder, name), text);
const demand = (source: string) => demandFrom(source, { cwd: folder, env: {}, nowMs: 0 });
const refusal = (source: string): Promise<string> =>
  demand(source).then(
    () => 'it was accepted',
    (error: Error & { hint?: string }) => `${error.message} ${error.hint ?? ''}`,
  );

/** HikariCP after so many requests of 45 ms. */
const scrape = (count: number, more = '') =>
  `# TYPE hikaricp_connections_usage_seconds summary
hikaricp_connections_usage_seconds{pool="a\\"b, }",quantile="0.95"} 0.24
hikaricp_connections_usage_seconds_count{pool="a\\"b, }"} ${count}
hikaricp_connections_usage_seconds_sum{pool="a\\"b, }"} ${count * 0.045} # {trace_id="x"} 1
${more}`;

describe('scrapes', () => {
  it('are counted from the start of the process, where one tells that and its own time', async () => {
    written('one.prom', scrape(36_000, 'process_start_time_seconds 1.7958234e9\n'));
    const { ratePerSecond, meanHoldMs, pool, seconds } = await demand('one.prom?at=1795824000');
    expect([ratePerSecond, meanHoldMs, pool, seconds]).toEqual([
      expect.closeTo(60, 6),
      expect.closeTo(45, 6),
      'a"b, }',
      600,
    ]);
    expect(await refusal('one.prom?pool=x')).toContain('There is a"b, }');
  });

  it('have the time of `curl -i`, in one file or in two', async () => {
    const saved = (count: number, time: string) =>
      `HTTP/1.1 200 OK\r\nDate: Sat, 28 Nov 2026 ${time} GMT\r\n\r\n${scrape(count)}`;
    written('both.txt', saved(36_000, '00:00:00') + saved(39_600, '00:01:00'));
    expect(await demand('both.txt')).toMatchObject({ ratePerSecond: 60, to: '2026-11-28T00:01:00Z' });
    written('first.txt', saved(36_000, '00:00:00'));
    written('second.txt', saved(39_600, '00:01:00'));
    expect(await demand('first.txt,second.txt')).toMatchObject({ ratePerSecond: 60 });
  });

  it('have the times of their files where nothing else tells, and that is said', async () => {
    for (const [name, count, at] of [
      ['a.prom', 36_000, 1_795_824_000],
      ['b.prom', 39_600, 1_795_824_060],
    ] as const) {
      written(name, scrape(count));
      utimesSync(join(folder, name), at, at);
    }
    const { ratePerSecond, notes } = await demand('a.prom,b.prom');
    expect(ratePerSecond).toBe(60);
    expect(notes.join()).toContain('times of the scrapes are those of the files');
  });

  it('are refused where nobody tells how far apart they are, and where a line is none', async () => {
    written('twice.prom', scrape(36_000) + scrape(39_600));
    expect(await refusal('twice.prom')).toContain('Say so: FILE?interval=60s');
    expect(await demand('twice.prom?interval=60s')).toMatchObject({ ratePerSecond: 60 });
    written('broken.prom', `${scrape(1)}hikaricp_connections_max{pool="a} 10\n`);
    expect(await refusal('broken.prom?interval=60s')).toMatch(/^broken\.prom:\d+: .* is no line of an exposition/);
  });

  it('of a process that was started anew count on', async () => {
    written('anew.prom', scrape(36_000) + scrape(1_800) + scrape(5_400));
    expect(await demand('anew.prom?interval=60s')).toMatchObject({
      ratePerSecond: 45,
      warnings: [{ code: 'DEMAND_RESTARTED' }],
    });
  });
});

const exported = (metrics: Record<string, readonly number[]>, more: object = {}) =>
  JSON.stringify({
    MetricDataResults: Object.entries(metrics).map(([Label, values]) => ({
      ...{ Id: 'm1', Label, StatusCode: 'Complete' },
      // Newest first, as CloudWatch has them.
      Timestamps: values.map((_value, at) => new Date(Date.UTC(2026, 10, 28) - (at + 1) * 60_000).toISOString()),
      Values: values,
    })),
    ...more,
  });
const minutes = (count: number, value: (at: number) => number) => Array.from({ length: count }, (_, at) => value(at));

describe('an export of CloudWatch', () => {
  it('of RDS Proxy gives rate, hold time and the peak hour', async () => {
    const isPeak = (at: number) => at >= 120 && at < 180;
    written(
      'cloudwatch.json',
      exported({
        'shop-proxy QueryRequests': minutes(300, (at) => (isPeak(at) ? 10_800 : 3_600)),
        DatabaseConnectionsCurrentlyInTransaction: minutes(300, (at) => (isPeak(at) ? 8.1 : 2.7)),
        DatabaseConnectionsBorrowLatency: minutes(300, () => 2_000),
        MaxDatabaseConnectionsAllowed: minutes(300, () => 100),
      }),
    );
    const told = await demand('cloudwatch.json');
    expect(told).toMatchObject({ source: 'cloudwatch', ratePerSecond: 60, limit: 100, warnings: [] });
    expect([told.meanHoldMs, told.waiters]).toEqual([expect.closeTo(45, 6), expect.closeTo(0.12, 6)]);
    expect(told.peak).toMatchObject({ ratePerSecond: 180, from: '2026-11-27T21:00:00Z', to: '2026-11-27T22:00:00Z' });
  });

  it('without requests is refused: open connections are not those in use', async () => {
    written('rds.json', exported({ DatabaseConnections: [40, 40] }));
    expect(await refusal('rds.json')).toContain('counts open connections, whether somebody uses them or not');
  });

  it('that is one page of several is said to be', async () => {
    written('page.json', exported({ QueryRequests: minutes(60, () => 3_600) }, { NextToken: 'x' }));
    expect((await demand('page.json')).warnings).toMatchObject([{ code: 'DEMAND_GAPS' }]);
  });
});

describe('answers in one file', () => {
  const range = (name: string, labels: object, step: number) => ({
    metric: { __name__: `hikaricp_connections_usage_seconds_${name}`, pool: 'orders', ...labels },
    values: minutes(61, (at) => at).map((at) => [1_795_824_000 + at * 60, String(at * step)]),
  });
  const answer = (...result: object[]) => JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });

  it('may stand one behind the other, as >> saves them', async () => {
    written(
      'behind.json',
      answer(range('count', { instance: 'a' }, 3_600)) + answer(range('sum', { instance: 'a' }, 162)),
    );
    expect(await demand('behind.json')).toMatchObject({ ratePerSecond: 60, meanHoldMs: 45 });
    written('cut.json', answer(range('count', {}, 60)) + answer(range('sum', {}, 60)).slice(0, -40));
    expect(await refusal('cut.json')).toContain('document 2 is no JSON; it may have been cut off');
  });

  it('of several services are refused, until one is named', async () => {
    written('two.json', answer(range('count', { job: 'api' }, 3_600), range('count', { job: 'web' }, 60)));
    expect(await refusal('two.json')).toContain(
      'These metrics are of 2 services: job is api, web. Name one: ?job=api.',
    );
    expect(await demand('two.json?service=web')).toMatchObject({ ratePerSecond: expect.closeTo(1, 6) });
    expect(await refusal('two.json?service=apy')).toContain('It has some with job=api, job=web.');
  });

  it('of several pools are refused, until one is named', async () => {
    written('pools.json', answer(range('count', { pool: 'a' }, 3_600), range('count', { pool: 'b' }, 60)));
    expect(await refusal('pools.json')).toContain(
      'There are 2 pools: a, b. Each has a size of its own. Name one: &pool=a.',
    );
    expect(await demand('pools.json?pool=b')).toMatchObject({ ratePerSecond: expect.closeTo(1, 6) });
  });

  it('whose names were made of a DSN show no password of it', async () => {
    const labels = { pool: 'postgres://app:hunter2@db/a', instance: 'postgres://app:hunter2@db/b' };
    written('dsn.json', answer(range('count', labels, 3_600), range('sum', labels, 162)));
    const told = await demand('dsn.json');
    expect(told.ratePerSecond).toBeCloseTo(60, 6);
    expect(JSON.stringify(told)).not.toContain('hunter2');
    expect(await refusal('dsn.json?pool=x')).not.toContain('hunter2');
  });

  it('that are empty are not zero', async () => {
    written('empty.json', '{"status":"success","data":{"resultType":"vector","result":[]}}');
    expect(await refusal('empty.json')).toContain(
      'its result is empty: no such series, or the window is shorter than two scrapes',
    );
  });

  it('with values that are no numbers leave these out', async () => {
    const { values, ...one } = range('count', { instance: 'a' }, 3_600);
    written(
      'nan.json',
      answer({ ...one, values: values.map(([at, value], index) => [at, index % 10 === 5 ? 'NaN' : value]) }),
    );
    const { ratePerSecond, notes } = await demand('nan.json');
    expect(ratePerSecond).toBeCloseTo(60, 6);
    expect(notes.join()).toContain('6 values left out that are no numbers');
  });
});

it('is told from other files by its text', () => {
  expect(isMetricsText('{"resourceMetrics":[]}')).toBe(true);
  expect(isMetricsText(scrape(1))).toBe(true);
  expect(isMetricsText('{"schema":"poolctl.measure/1","result":{}}')).toBe(false);
  expect(isMetricsText('10ms 5\n20ms 7\n')).toBe(false);
  expect(isMetricsText('not a file of metrics at all\n')).toBe(false);
});

it('knows by the answers of its own queries that a pooler sees all instances as one', async () => {
  const printed = await poolctl([
    'size',
    '--from',
    'prometheus://h?source=pgbouncer-exporter&peak=0',
    '--print-queries',
  ]);
  const tags = [...printed.stdout.matchAll(/"poolctl", "([\w:]+)"/g)].map(([, tag = '']) => tag);
  expect(tags).toEqual(
    expect.arrayContaining(['window:seconds', 'fleet', 'use:seconds', 'transactions', 'queued:seconds']),
  );
  const values: Record<string, string> = {
    'window:seconds': '3600',
    'use:seconds': '2.7',
    transactions: '60',
    fleet: '1',
  };
  const result = Object.entries(values).map(([tag, value]) => ({
    metric: { poolctl: tag, ...(/^(?:use|trans)/.test(tag) && { instance: 'pgbouncer:9127', database: 'orders' }) },
    value: [1_795_824_000, value],
  }));
  written('pooler.json', JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  const told = await demand('pooler.json');
  expect(told).toMatchObject({ ratePerSecond: 60, inUse: 2.7, pool: 'orders', perInstance: [] });
  expect([told.instances, told.meanHoldMs]).toEqual([undefined, expect.closeTo(45, 6)]);
});
