import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { expect, vi } from 'vitest';
import { instrument } from '../../src/monitor/instrument.ts';
import { prometheus } from '../../src/monitor/metrics/prometheus.ts';
import { readSnapshots } from '../../src/recommend/inputs/snapshots.ts';
import { recommend } from '../../src/recommend/recommend.ts';
import type { RecommendInput, RecommendResult } from '../../src/recommend/result.ts';
import { exposition } from '../../src/serve/exposition.ts';
import { servedFamilies } from '../../src/serve/metrics.ts';
import type { WatchState } from '../../src/watch/state.ts';
import { watchTargets } from '../../src/watch/watch-targets.ts';
import { type AppPool, appPool, warmUp } from './causes/pools.ts';
import type { OwnServer } from './servers/own-server.ts';
import { admin, dsn, ordinary, type Protocol } from './sessions.ts';

/** From one sample to the next. Looks that follow each other faster freeze InnoDB's list of transactions. */
const everyMs = 150;
/** For the rules a sample is a scrape: their clock runs 100 times as fast. */
export const scrapeSeconds = 15;
/** For recommend a second is an hour. */
const weekFactor = 3_600;

/** The application's pool, and what it asks of it 40 times a second, for 50 ms each. */
export interface Application {
  readonly pool: AppPool;
  readonly limit: number;
  /** One request that gives its connection back. */
  request(): Promise<void>;
}

/** What the three saw of one incident. */
export interface Seen {
  /** Names of the alarms of `watch`, with their severities: `saturation crit`. */
  readonly alarms: readonly string[];
  readonly states: readonly WatchState[];
  /** Series for promtool. */
  readonly series: readonly { readonly series: string; readonly values: string }[];
  readonly samples: number;
  recommend(more?: Omit<RecommendInput, 'after'>): RecommendResult;
}

export interface Incident {
  readonly protocol: Protocol;
  readonly server: OwnServer;
  readonly ms: number;
  /** What goes wrong, once the application has run for a second. */
  readonly act: (application: Application) => Promise<void>;
}

const limit = 10;
const holdMs = 50;
const ratePerSecond = 40;

/** Runs an application on a real server, which is watched, while something goes wrong. */
export async function play({ protocol, server, ms, act }: Incident): Promise<Seen> {
  const registry = new Registry();
  const pool = appPool(protocol, ordinary(server), { limit, acquireTimeoutMs: 1_000 });
  const monitor = instrument(pool.pool, { plugins: [prometheus(registry)], onEvent: () => {} });
  const watching = watchTargets([{ name: 'orders', server: dsn(protocol, admin(server)) }], {
    intervalMs: everyMs,
    timeoutMs: 1_000,
    alarms: { 'idle-tx': { warn: 0.6 }, 'tx-age': {} },
  });
  const request = async () => {
    const taken = await pool.take();
    try {
      await taken.query(protocol === 'postgres' ? 'begin' : 'start transaction');
      await taken.query(work[protocol]);
      await taken.query('commit');
    } finally {
      taken.release();
    }
  };
  await warmUp(pool, limit);
  await vi.waitFor(() => expect(watching.state.targets[0]?.phase).toBe('up'), { timeout: 10_000 });
  const load = setInterval(() => void request().catch(() => {}), 1_000 / ratePerSecond);
  const scrapes: string[] = [];
  const lines: string[] = [];
  const states: WatchState[] = [];
  const startMs = performance.now();
  try {
    const acting = sleep(1_000).then(() => act({ pool, limit, request }));
    for (let next = everyMs; next <= ms; next += everyMs) {
      await sleep(Math.max(0, startMs + next - performance.now()));
      const { state } = watching;
      states.push(state);
      const settings = { top: 10, version: '0', nowMs: performance.now() };
      scrapes.push(
        `${exposition(servedFamilies(state, settings), 'prometheus')}${await registry.metrics()}`.replace(
          /^#.*\n/gm,
          '',
        ),
      );
      lines.push(dilated({ at: next, ...monitor.snapshot() }));
    }
    await acting;
  } finally {
    clearInterval(load);
    server.signal('SIGCONT');
    await watching.close();
    await pool.end().catch(() => {});
  }
  const raised = states.flatMap((state) => state.targets.flatMap(({ alarms }) => alarms));
  return {
    alarms: [...new Set(raised.map(({ alarm, severity }) => `${alarm} ${severity}`))].sort(),
    states,
    samples: scrapes.length,
    series: seriesOf(scrapes),
    recommend: (more = {}) =>
      recommend({
        ...more,
        after: readSnapshots(lines.join('\n'), 'orders.ndjson'),
        slowMs: weekFactor * 1_000,
        targets: { maxWaitP99Ms: weekFactor * 100 },
      }),
  };
}

const work: Readonly<Record<Protocol, string>> = {
  postgres: `select pg_sleep(${holdMs / 1_000})`,
  mysql: `select sleep(${holdMs / 1_000}) from poolctl_incident`,
};

/** A snapshot by the clock of recommend, on which its times are longer too. */
function dilated(snapshot: { readonly at: number }): string {
  const start = Date.UTC(2026, 10, 2);
  return JSON.stringify(snapshot, (key, value) => {
    if (key === 'at') return new Date(start + weekFactor * value).toISOString();
    return key.endsWith('Ms') && typeof value === 'number' ? weekFactor * value : value;
  });
}

/** Texts of metrics, one a scrape, as series of promtool. Times are longer by its clock; buckets are left out. */
function seriesOf(scrapes: readonly string[]) {
  const values = new Map<string, string[]>();
  for (const [at, text] of scrapes.entries()) {
    for (const line of text.split('\n')) {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === '' || name.endsWith('_bucket')) continue;
      const series = `${name}{${['job="incident"', labels].filter(Boolean).join(',')}}`;
      const own = values.get(series) ?? Array.from(scrapes, () => '_');
      own[at] = String(/_seconds(?:_sum)?$/.test(name) ? (Number(value) * scrapeSeconds * 1_000) / everyMs : value);
      values.set(series, own);
    }
  }
  return [...values].map(([series, own]) => ({ series, values: own.join(' ') }));
}
