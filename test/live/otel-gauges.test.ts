import { createRequire } from 'node:module';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { gaugesOf, gaugeWarnings } from '../../src/recommend/gauges.ts';
import { readPrometheus } from '../../src/recommend/inputs/prometheus.ts';
import { describeWith } from '../helpers/live.ts';
import { dsn, ordinary } from '../helpers/sessions.ts';

const instrumentation = new PgInstrumentation({ enabled: false });
const load = createRequire(import.meta.url);
interface Scraped {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: [number, string][];
}

/** What Prometheus keeps of so many scrapes, a minute apart. */
function scraper() {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  instrumentation.setMeterProvider(new MeterProvider({ readers: [exporter] }));
  const series = new Map<string, Scraped>();
  let atSeconds = 1_796_000_000;
  const scrape = async () => {
    atSeconds += 60;
    const text = new PrometheusSerializer().serialize((await exporter.collect()).resourceMetrics);
    for (const [, name = '', labels = '', value = ''] of text.matchAll(
      /^(db_client_connection_\w+)\{(.*?)\} (\S+)/gm,
    )) {
      const own = Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, label]) => [key, label]));
      const one: Scraped = series.get(name + labels) ?? {
        metric: { __name__: name, ...own, instance: 'a' },
        values: [],
      };
      one.values.push([atSeconds, value]);
      series.set(name + labels, one);
    }
  };
  /** What poolctl makes of them, and says of each pool. */
  const judged = async () => {
    const answer = { status: 'success', data: { resultType: 'matrix', result: [...series.values()] } };
    const { histories } = await readPrometheus(JSON.stringify(answer), 'scrapes');
    return histories.map((history) => ({
      ...{ pool: history.pool, gauges: gaugesOf(history) },
      codes: gaugeWarnings(history.pool, [gaugesOf(history)]).map(({ code }) => code),
    }));
  };
  return { scrape, judged };
}

describeWith('postgres', (server) => {
  let Pool: typeof pg.Pool;
  beforeAll(() => {
    instrumentation.enable();
    load('pg-pool');
    ({ Pool } = load('pg') as typeof pg);
  });
  afterAll(() => instrumentation.disable());
  const { user, password, host, port, database = '' } = ordinary(server);
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const one of undo.splice(0).reverse()) await one();
  });
  const opened = (options: pg.PoolConfig) => {
    const pool = new Pool({ max: 4, ...options });
    undo.push(() => pool.end());
    return pool;
  };
  const apart = { user, password, host, port, database };
  const byUrl = { connectionString: dsn('postgres', ordinary(server)) };

  test('a pool at rest is shown with one connection in use by OpenTelemetry, which is found', async () => {
    const { scrape, judged } = scraper();
    const pool = opened(apart);
    await pool.query('SELECT 1');
    for (let at = 0; at < 30; at += 1) await scrape();
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
    expect(await judged()).toMatchObject([
      {
        pool: `${host}:${port}/${database}`,
        gauges: { inUse: { least: 1, most: 1 }, limit: 4 },
        codes: ['METRICS_USED_AT_REST'],
      },
    ]);
  });

  test('requests that wait are not counted by it, which is found', async () => {
    const { scrape, judged } = scraper();
    const pool = opened(apart);
    await scrape();
    const held = await Promise.all(Array.from({ length: 4 }, () => pool.connect()));
    const waiting = Array.from({ length: 20 }, () => pool.query('SELECT 1'));
    for (let at = 0; at < 6; at += 1) await scrape();
    expect(pool.waitingCount).toBe(20);
    for (const client of held) client.release();
    await Promise.all(waiting);
    expect(await judged()).toMatchObject([
      { gauges: { waitingMost: 0, inUse: { most: 4 } }, codes: ['METRICS_WAITERS_UNCOUNTED'] },
    ]);
  });

  test('two pools of a process are counted into each other by it, and those of URLs are one; both are found', async () => {
    const { scrape, judged } = scraper();
    const [first, second] = [opened(byUrl), opened(byUrl)];
    const held = await Promise.all(Array.from({ length: 4 }, () => first.connect()));
    await second.query('SELECT 1');
    await scrape();
    for (const client of held) client.release();
    await Promise.all(Array.from({ length: 4 }, () => second.query('SELECT 1')));
    await scrape();
    await first.query('SELECT 1');
    await scrape();
    // Pools of other tests say that their connections are gone only after end().
    const one = (await judged()).find(({ pool }) => pool === 'unknown_host:unknown_port/unknown_database');
    expect(one?.gauges.limit).toBe(8);
    expect(one?.codes).toContain('METRICS_POOL_UNNAMED');
  });

  test('two pools with names fall below nothing idle, and above what they may have in use', async () => {
    const { scrape, judged } = scraper();
    const [first, second] = [opened(apart), opened({ ...apart, host: host === '127.0.0.1' ? 'localhost' : host })];
    for (let at = 0; at < 3; at += 1) {
      const held = await Promise.all(Array.from({ length: 4 }, () => first.connect()));
      await scrape();
      await second.query('SELECT 1');
      await scrape();
      for (const client of held) client.release();
      await scrape();
      await Promise.all(Array.from({ length: 4 }, () => second.query('SELECT 1')));
      await scrape();
    }
    const all = await judged();
    expect(Math.min(...all.map(({ gauges: { belowZero = 0 } }) => belowZero))).toBeLessThan(0);
    expect(Math.max(...all.map(({ gauges: { inUse } }) => inUse?.most ?? 0))).toBeGreaterThan(4);
    expect(all.flatMap(({ codes }) => codes)).toContain('METRICS_POOLS_MIXED');
  });
});
