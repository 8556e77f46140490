import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { AggregationType, MeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { instrument, type MeterOptions, openTelemetry, prometheus } from '../../src/entries/monitor.ts';
import { RandomStream } from '../../src/traffic/random.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import {
  admin,
  countSessions,
  type Login,
  open,
  ordinary,
  type Protocol,
  protocolOf,
  type Session,
} from '../helpers/sessions.ts';

interface Lent {
  query(sql: string): Promise<unknown>;
  release(): void;
}

interface TestPool {
  readonly pool: object;
  acquire(): Promise<Lent>;
  end(): Promise<unknown>;
}

function createPool(protocol: Protocol, { application: _, ...login }: Login, max: number): TestPool {
  if (protocol === 'postgres') {
    const pool = new pg.Pool({ ...login, max });
    pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
    return { pool, acquire: () => pool.connect(), end: () => pool.end() };
  }
  const pool = mysql.createPool({ ...login, database: login.database ?? '', connectionLimit: max });
  return { pool, acquire: () => pool.getConnection(), end: () => pool.end() };
}

/** Both ways to read metrics, and the figures of one pool in each. */
function readers(options: MeterOptions = {}, views: ViewOptions[] = []) {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter], views });
  const registry = new Registry();
  const plugins = [openTelemetry(provider.getMeter('application'), options), prometheus(registry)];
  const otel = async () => new PrometheusSerializer().serialize((await exporter.collect()).resourceMetrics);
  const read = async () => ({ otel: await otel(), prom: await registry.metrics() });
  return { plugins, provider, read };
}

/** The value of a series by its name without unit and the part that its labels have; undefined where there is none. */
function seriesOf(text: string, name: string, pool: string, label = ''): number | undefined {
  const lines = text.split('\n').filter((line) => new RegExp(`^${name}(?:_seconds)?(?:_count|_total)?\\{`).test(line));
  const found = lines.find((line) => line.includes(`pool_name="${pool}"`) && line.includes(label));
  return found === undefined ? undefined : Number(found.slice(found.lastIndexOf('} ') + 2).split(' ')[0]);
}

const sizesOf = (text: string, pool: string) => ({
  used: seriesOf(text, 'db_client_connection_count', pool, 'state="used"'),
  idle: seriesOf(text, 'db_client_connection_count', pool, 'state="idle"'),
  pending: seriesOf(text, 'db_client_connection_pending_requests', pool),
  limit: seriesOf(text, 'db_client_connection_limit', pool),
});

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const sleepSql = protocol === 'postgres' ? 'SELECT pg_sleep(0.3)' : 'SELECT sleep(0.3)';
    const login: Login = { ...ordinary(server), host: '127.0.0.1' };
    const place = `127.0.0.1:${server.port}/${server.database}`;
    const undo: (() => unknown)[] = [];
    let watcher: Session;
    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
    });
    afterEach(async () => {
      for (const action of undo.splice(0).reverse()) await action();
    });
    afterAll(() => watcher.end());

    function measured(max: number, { plugins }: ReturnType<typeof readers>, at = login): TestPool {
      const pool = createPool(protocol, at, max);
      const monitor = instrument(pool.pool, { plugins });
      undo.push(() => pool.end(), monitor.uninstrument.bind(monitor));
      return pool;
    }

    test('two pools to one database are told apart, and agree with the server', async () => {
      const metrics = readers();
      const [full, quiet] = [measured(4, metrics), measured(4, metrics)];
      const held = await Promise.all(Array.from({ length: 4 }, () => full.acquire()));
      const queued = Array.from({ length: 3 }, () => full.acquire().then((connection) => connection.release()));
      const one = await quiet.acquire();
      one.release();
      const { otel, prom } = await metrics.read();
      for (const text of [otel, prom]) {
        expect(sizesOf(text, place)).toEqual({ used: 4, idle: 0, pending: 3, limit: 4 });
        expect(sizesOf(text, `${place}#2`)).toEqual({ used: 0, idle: 1, pending: 0, limit: 4 });
        expect(text).not.toContain(server.password);
      }
      expect(await countSessions(protocol, watcher, server.user)).toBe(5);
      for (const connection of held) connection.release();
      await Promise.all(queued);
    });

    test('no sample under load is negative or above the limit, and no acquire is lost', async () => {
      const metrics = readers();
      const pools = [measured(3, metrics), measured(2, metrics)];
      const random = new RandomStream(7, 0);
      const use = async (pool: TestPool) => {
        for (let time = 0; time < 40; time += 1) {
          const connection = await pool.acquire();
          await connection.query(random.uniform() < 0.1 ? 'no sql' : 'SELECT 1').catch(() => {});
          connection.release();
        }
      };
      let isOver = false;
      const load = Promise.all(pools.flatMap((pool) => Array.from({ length: 5 }, () => use(pool)))).then(() => {
        isOver = true;
      });
      while (!isOver) {
        await turn();
        const { otel, prom } = await metrics.read();
        for (const { used = -1, idle = -1, pending = -1, limit = 0 } of [sizesOf(otel, place), sizesOf(prom, place)]) {
          expect(Math.min(used, idle, pending)).toBeGreaterThanOrEqual(0);
          expect(used + idle).toBeLessThanOrEqual(limit);
        }
      }
      await load;
      const { otel, prom } = await metrics.read();
      for (const text of [otel, prom]) {
        for (const name of [place, `${place}#2`]) {
          expect(seriesOf(text, 'db_client_connection_wait_time', name, '')).toBe(200);
          expect(seriesOf(text, 'db_client_connection_use_time', name, '')).toBe(200);
        }
      }
    });

    test('requests that wait are seen while the server answers nothing', async () => {
      const proxy = await FaultProxy.start('127.0.0.1', server.port);
      undo.push(() => proxy.close());
      const metrics = readers();
      const pool = measured(2, metrics, { ...login, port: proxy.port });
      const held = await Promise.all([pool.acquire(), pool.acquire()]);
      proxy.switchTo('hole');
      const answers = held.map((connection) => connection.query(sleepSql));
      const queued = [pool.acquire(), pool.acquire(), pool.acquire()];
      const name = `127.0.0.1:${proxy.port}/${server.database}`;
      for (const text of Object.values(await metrics.read())) {
        expect(sizesOf(text, name)).toEqual({ used: 2, idle: 0, pending: 3, limit: 2 });
      }
      await proxy.close();
      await Promise.allSettled(answers);
      for (const connection of held) connection.release();
      await Promise.allSettled(queued);
    });

    test('the series of a pool end with it', async () => {
      const metrics = readers();
      const pool = measured(4, metrics);
      (await pool.acquire()).release();
      await metrics.read();
      await pool.end();
      pool.end = async () => {};
      const { otel, prom } = await metrics.read();
      expect(prom.trim()).toBe('');
      expect(sizesOf(otel, place)).toEqual({ used: 0, idle: 0, pending: 0, limit: 0 });
    });

    testIf(protocol === 'postgres')("OpenTelemetry's own instrumentation beside it is warned of, once", async () => {
      const { Pool } = patchedPg();
      const onWarning = vi.fn();
      const { plugins, provider, read } = readers({ onWarning }, []);
      patched.setMeterProvider(provider);
      const pool = new Pool({ ...login, max: 2 });
      const monitor = instrument(pool, { plugins });
      undo.push(() => pool.end(), monitor.uninstrument.bind(monitor));
      await read();
      expect(onWarning).not.toHaveBeenCalled();
      await pool.query('SELECT 1');
      const { otel } = await read();
      expect(otel.match(/^db_client_connection_count\{.*state="idle"/gm)).toHaveLength(2);
      await read();
      expect(onWarning).toHaveBeenCalledTimes(1);
      expect(onWarning.mock.calls[0]?.[0]).toContain("{ meterName: '@opentelemetry/instrumentation-pg'");
    });

    testIf(protocol === 'postgres')('the view that the warning names leaves one count', async () => {
      const { Pool } = patchedPg();
      const { plugins, provider, read } = readers({ onWarning: () => {} }, [
        {
          meterName: '@opentelemetry/instrumentation-pg',
          instrumentName: 'db.client.connection.*',
          aggregation: { type: AggregationType.DROP },
        },
      ]);
      patched.setMeterProvider(provider);
      const pool = new Pool({ ...login, max: 2 });
      const monitor = instrument(pool, { plugins });
      undo.push(() => pool.end(), monitor.uninstrument.bind(monitor));
      await pool.query('SELECT 1');
      const { otel } = await read();
      expect(otel.match(/^db_client_connection_count\{.*state="idle"/gm)).toHaveLength(1);
      expect(sizesOf(otel, place)).toEqual({ used: 0, idle: 1, pending: 0, limit: 2 });
    });

    const patched = new PgInstrumentation({ enabled: false });
    /** pg as an application has it that switched the instrumentation on; off again after the test. */
    function patchedPg(): typeof pg {
      const load = createRequire(import.meta.url);
      patched.enable();
      undo.push(() => patched.disable());
      load('pg-pool');
      return load('pg');
    }
  });
}
