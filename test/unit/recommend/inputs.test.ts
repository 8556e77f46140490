import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { type Evidence, joinEvidence } from '../../../src/recommend/evidence.ts';
import { readEvidence } from '../../../src/recommend/inputs/read.ts';
import { recommend } from '../../../src/recommend/recommend.ts';
import { poolTimelineOf } from '../../../src/recommend/timeline.ts';

const startMs = Date.UTC(2026, 10, 2);
const minute = 60_000;

/** A reading of a pool that is asked 10 times a second, each for 100 ms. */
function snapshot(at: number, more: object = {}) {
  const count = 600 * at;
  const times = { count, meanMs: 100, p50Ms: 70, p95Ms: 300, p99Ms: 460, maxMs: 900 };
  return {
    ...{ at: new Date(startMs + at * minute).toISOString(), pool: 'orders', used: 1, pending: 0, limit: 10 },
    ...{
      observedMs: at * minute,
      asked: count,
      failed: { timeout: 0 },
      useTime: times,
      queuedTime: { ...times, count: 0 },
    },
    ...more,
  };
}

const ndjson = (rows: readonly object[]) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
const read = (text: string) => readEvidence(text, 'pool.txt');

async function failure(run: () => unknown): Promise<{ code: string; message: string; hint: string | undefined }> {
  try {
    await run();
  } catch (error) {
    if (error instanceof PoolctlError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('it was accepted');
}

/** Requests, uses and held ms of all strides of a history. */
function totalsOf(evidence: Evidence) {
  return evidence.histories.map((history) => {
    const strides = poolTimelineOf(history)?.strides ?? [];
    const sum = (name: 'asked' | 'uses' | 'useMs' | 'timedOut') =>
      strides.reduce((total, { grown }) => total + (grown[name] ?? 0), 0);
    return { asked: sum('asked'), uses: sum('uses'), useMs: sum('useMs'), timedOut: sum('timedOut') };
  });
}

describe('lines of snapshots', () => {
  it('give what grew between them', async () => {
    expect(totalsOf(await read(ndjson([0, 1, 2].map((at) => snapshot(at)))))).toEqual([
      { asked: 1_200, uses: 1_200, useMs: 120_000, timedOut: 0 },
    ]);
  });

  it('count on where a process is started anew', async () => {
    const anew = snapshot(1, { at: snapshot(6).at });
    const evidence = await read(ndjson([...[3, 4, 5].map((at) => snapshot(at)), anew]));
    expect(totalsOf(evidence)).toEqual([{ asked: 1_800, uses: 1_800, useMs: 180_000, timedOut: 0 }]);
    expect(evidence.histories.map((history) => poolTimelineOf(history)?.restarts)).toEqual([1]);
  });

  it('of several processes are told apart by their instance, and refused without', async () => {
    const rows = [0, 1, 2, 3, 4, 5].flatMap((at) => [
      snapshot(at, { instance: 1 }),
      snapshot(at + 100, { at: snapshot(at + 0.1).at, instance: 2 }),
    ]);
    expect((await read(ndjson(rows))).histories.map(({ instance }) => instance)).toEqual(['1', '2']);
    const without = rows.map((row) => ({ ...row, instance: undefined }));
    expect(await failure(() => read(ndjson(without)))).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'pool.txt: its lines are of several processes by turns.',
    });
  });

  it('without a time go by the time of their process, and say so', async () => {
    const rows = [0, 1, 2].map((at) => ({ ...snapshot(at), at: undefined }));
    const evidence = await read(ndjson(rows));
    expect(evidence.histories[0]).toMatchObject({ hasClock: false });
    expect(evidence.notes.join('')).toContain('have no time');
  });

  it('whose clock jumped and came back are left out, however far, and not those after them', async () => {
    const evidence = await read(ndjson([snapshot(0), snapshot(50_000), snapshot(1), snapshot(2), snapshot(3)]));
    expect(evidence.histories[0]?.points.map(({ asked }) => asked)).toEqual([0, 600, 1_200, 1_800]);
    expect(evidence.notes).toEqual(['pool.txt: 1 line left out, whose clock went back or jumped.']);
  });

  it('of one instance in files of the same time are those of several processes, and not of one by turns', async () => {
    const minutes = Array.from({ length: 60 }, (_, at) => at);
    const files = await Promise.all(
      [0, 0.5].map((late) =>
        readEvidence(
          ndjson(minutes.map((at) => snapshot(at + late * 500, { at: snapshot(at + late).at, instance: 1 }))),
          `${late}.ndjson`,
        ),
      ),
    );
    const after = joinEvidence(files);
    expect(after.histories.map(({ instance }) => instance)).toEqual(['1', '1 of 0.5.ndjson']);
    expect(recommend({ after })).toMatchObject({ seen: { after: { restarts: 0, pools: 2 } } });
    expect(joinEvidence([...files, ...files.slice(0, 1)]).histories.length).toBe(2);
  });

  it('over which the clock went back by an hour have a gap, and not an hour of requests in a minute', async () => {
    const minutes = Array.from({ length: 200 }, (_, at) => at);
    const rows = minutes.map((at) => snapshot(at, at < 100 ? {} : { at: snapshot(at - 60).at }));
    const timeline = poolTimelineOf((await read(ndjson(rows))).histories[0] ?? expect.fail('no history'));
    expect(timeline?.gaps.count).toBe(1);
    expect(Math.max(...(timeline?.strides ?? []).map(({ grown }) => grown.asked ?? 0))).toBe(600);
  });

  it('whose totals fall with every other line are refused', async () => {
    const mixed = Array.from({ length: 60 }, (_, at) => snapshot(at, at % 2 ? { asked: at } : {}));
    expect(await failure(async () => recommend({ after: await read(ndjson(mixed)) }))).toMatchObject({
      code: 'INPUT_CONTRADICTION',
      hint: 'Give each process an instance of its own: the host and the process.',
    });
  });

  it('of a pool that nobody uses, and with a number that nothing can have, give an answer and an error', async () => {
    const idle = { asked: 0, used: 0, useTime: { ...snapshot(0).useTime, count: 0, meanMs: 0 } };
    const rows = Array.from({ length: 3_000 }, (_, at) => snapshot(at, idle));
    expect(recommend({ after: await read(ndjson(rows)) }).decision).toBe('not-enough');
    expect(await failure(() => read(ndjson([snapshot(0, { used: 1e308 })])))).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('may end in the middle of a line, and not have such a line within', async () => {
    const text = ndjson([snapshot(0), snapshot(1), snapshot(2)]);
    expect((await read(text.slice(0, -40))).histories[0]?.points.length).toBe(2);
    expect(await failure(() => read(text.replace('"pool"', '"pool')))).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await failure(() => read(ndjson([snapshot(0), { ...snapshot(1), used: 'many' }])))).toMatchObject({
      message: 'pool.txt:2: this is not a snapshot() of poolctl/monitor: used is not what it should be.',
    });
  });
});

const series = (name: string, values: readonly (readonly [number, string])[], labels: object = {}) => ({
  metric: { __name__: name, pool: 'orders', instance: 'a', ...labels },
  values: values.map(([at, value]) => [startMs / 1_000 + 60 * at, value]),
});
const prometheus = (result: readonly object[]) =>
  JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });

describe('an answer of Prometheus', () => {
  const used = series('hikaricp_connections_active', [
    [0, '1'],
    [1, '2'],
    [2, '1'],
  ]);
  const limit = series('hikaricp_connections_max', [
    [0, '10'],
    [1, '10'],
    [2, '10'],
  ]);

  it('counts on over a restart, and leaves out what is no number', async () => {
    const count = series('hikaricp_connections_usage_seconds_count', [
      [0, '100'],
      [1, '200'],
      [2, '50'],
    ]);
    const sum = series('hikaricp_connections_usage_seconds_sum', [
      [0, '10'],
      [1, '20'],
      [2, '5'],
    ]);
    const lost = series('hikaricp_connections_timeout_total', [
      [0, '0'],
      [1, 'NaN'],
      [2, '0'],
    ]);
    const evidence = await read(prometheus([used, limit, count, sum, lost]));
    expect(totalsOf(evidence)).toEqual([{ asked: 150, uses: 150, useMs: 15_000, timedOut: 0 }]);
    expect(evidence.notes).toEqual(['pool.txt: 1 value left out that are no numbers (NaN).']);
  });

  it('has holds by bucket, whichever way the bounds are written', async () => {
    const bucket = (le: string, at: number) =>
      series(
        'db_client_connection_use_time_seconds_bucket',
        [
          [0, '0'],
          [1, `${at}`],
        ],
        { le },
      );
    const { histories } = await read(prometheus([bucket('+Inf', 12), bucket('0.1', 5), bucket('1.0', 10)]));
    expect(histories[0]?.useBoundsMs).toEqual([100, 1_000, Infinity]);
    expect(histories[0]?.points[1]?.useCounts).toEqual([5, 5, 2]);
  });

  it('reads native histograms, and milliseconds of the older names', async () => {
    const at = (count: string, sum: string) => ({ count, sum, buckets: [[0, '0.05', '0.1', count]] });
    const native = {
      metric: { __name__: 'db_client_connection_use_time_seconds', pool: 'orders' },
      histograms: [
        [startMs / 1_000, at('0', '0')],
        [startMs / 1_000 + 60, at('60', '2.7')],
      ],
    };
    const named = { ...native, metric: { ...native.metric, __name__: 'hikaricp_connections_usage_seconds' } };
    expect(totalsOf(await read(prometheus([named])))).toMatchObject([{ uses: 60, useMs: 2_700 }]);
    const old = series('db_client_connections_use_time_milliseconds_sum', [
      [0, '0'],
      [1, '2700'],
    ]);
    expect(totalsOf(await read(prometheus([old])))).toMatchObject([{ useMs: 2_700 }]);
  });

  it('takes one of two servers that scrape the same, and nothing while an instance was not reached', async () => {
    const twice = ['a', 'b'].map((replica) => ({ ...used, metric: { ...used.metric, replica } }));
    const up = series('up', [
      [0, '1'],
      [1, '0'],
      [2, '1'],
    ]);
    const { histories, notes } = await read(prometheus([...twice, up]));
    expect(histories[0]?.points.map(({ inUse }) => inUse)).toEqual([1, 1]);
    expect(notes).toEqual([
      'pool.txt: only replica="a" of 2, which tell the same.',
      'pool.txt: a was not reached at 1 moment (up = 0).',
    ]);
  });

  it('knows PgBouncer by both exporters, its users together, and how HikariCP counts who timed out', async () => {
    const at = (name: string, values: readonly string[], labels: object) => ({
      metric: { __name__: name, instance: 'a', ...labels },
      values: values.map((value, index) => [startMs / 1_000 + 60 * index, value]),
    });
    const app = { database: 'app', user: 'app' };
    const { histories } = await read(
      prometheus([
        at('pgbouncer_pools_server_active_connections', ['2', '3'], app),
        at('pgbouncer_pools_server_active_connections', ['1', '1'], { ...app, user: 'report' }),
        at('pgbouncer_pools_client_waiting_connections', ['0', '4'], app),
        at('pgbouncer_databases_pool_size', ['20', '20'], { name: 'app', database: 'app_on_disk' }),
        at('pgbouncer_stats_totals_sql_transactions_pooled_total', ['0', '600'], { database: 'app' }),
        at('pgbouncer_stats_totals_server_in_transaction_seconds_total', ['0', '27'], { database: 'app' }),
      ]),
    );
    expect(histories.map(({ pool }) => pool)).toEqual(['app']);
    expect(histories[0]?.points[1]).toMatchObject({ inUse: 4, waiting: 4, limit: 20, uses: 600, useMs: 27_000 });

    const hikari = await read(
      prometheus([
        series('hikaricp_connections_acquire_seconds_count', [
          [0, '0'],
          [1, '100'],
        ]),
        series('hikaricp_connections_timeout_total', [
          [0, '0'],
          [1, '20'],
        ]),
      ]),
    );
    expect(totalsOf(hikari)).toMatchObject([{ asked: 100, timedOut: 20 }]);
  });

  it('is one pool with the files of other metrics and other days', async () => {
    const evidence = joinEvidence([await read(prometheus([used])), await read(prometheus([limit]))]);
    expect(evidence.histories).toHaveLength(1);
    expect(evidence.histories[0]?.points[0]).toMatchObject({ inUse: 1, limit: 10 });
  });

  it.each([
    ['rate() of a metric', prometheus([{ metric: { pool: 'a' }, values: [[1, '2']] }]), 'its series have no name'],
    ['nothing', prometheus([]), 'its result is empty'],
    ['other metrics', prometheus([series('http_requests_total', [[0, '1']])]), 'no metric of a pool that is known'],
    ['only NaN', prometheus([series('hikaricp_connections_active', [[0, 'NaN']])]), 'no value that is a number'],
    ['an error', '{"status":"error","errorType":"bad_data","error":"parse error"}', 'bad_data: parse error'],
    ['a scalar', '{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}', 'the result is a scalar'],
    ['half of it', prometheus([used]).slice(0, -20), 'this is not JSON'],
  ])('of %s is one error that says what to ask for', async (_name, text, message) => {
    const error = await failure(() => read(text));
    expect(error.message).toContain(message);
    expect(error.hint).toContain('query_range');
  });
});

describe('lines of poolctl watch', () => {
  const line = (at: number, more: object) => ({
    ...{ schema: 'poolctl.watch/1', target: 'db', kind: 'postgres', at: new Date(startMs + at * minute).toISOString() },
    ...more,
  });
  const groups = [
    { user: 'app', application: 'orders', state: 'active', connections: 3 },
    { user: 'app', application: 'orders', state: 'idle', connections: 5 },
    { user: 'app', application: 'orders', state: 'idle in transaction', connections: 1 },
    { user: 'me', application: 'poolctl watch', state: 'active', connections: 1 },
  ];

  it('of a server show what an application has in use, which takes the number of its instances', async () => {
    const evidence = await read(ndjson([0, 1, 2].map((at) => line(at, { phase: 'up', groups }))));
    expect(evidence.histories.map(({ pool, scope, points }) => [pool, scope, points[0]?.inUse])).toEqual([
      ['orders', 'fleet', 4],
    ]);
    expect(await failure(async () => recommend({ after: evidence, settings: { connectionLimit: 5 } }))).toMatchObject({
      code: 'INPUT_MISSING',
      hint: 'Add --instances N (and --processes), so that they can be shared out to the pools.',
    });
    const { busiest } = recommend({ after: evidence, fleet: { instances: 2 }, settings: { connectionLimit: 5 } });
    expect(busiest?.load).toBe(2);
  });

  it('of a server show a leak by transactions in which nothing happens any more', async () => {
    const rows = Array.from({ length: 12 }, (_, hour) => {
      const idle = { user: 'app', application: 'orders', state: 'idle in transaction', connections: 1 + hour };
      return line(60 * hour, { phase: 'up', groups: [idle], oldestIdleInTransactionSeconds: 600 * (hour + 1) });
    });
    const after = await read(ndjson(rows));
    const { decision, cause } = recommend({ after, fleet: { instances: 1 }, settings: { connectionLimit: 20 } });
    expect({ decision, cause: cause?.cause }).toEqual({ decision: 'keep', cause: 'leak' });
  });

  it('of a PgBouncer with one pool have its transactions, and so the mean time of one', async () => {
    const pools = [{ database: 'app', user: 'app', clientsWaiting: 0, serversActive: 4, limit: 20 }];
    const rows = [0, 30, 60].map((at) => line(at, { phase: 'up', pools, transactionsTotal: 600 * at }));
    const { busiest } = recommend({ after: await read(ndjson(rows)) });
    expect(busiest).toMatchObject({ ratePerSecond: 10, holdMs: 400, load: 4 });
  });

  it('without an answer of any target have no figures', async () => {
    expect(await failure(() => read(ndjson([line(0, { phase: 'unreachable' })])))).toMatchObject({
      code: 'INPUT_MISSING',
    });
  });
});

describe('both sides', () => {
  const hours = (from: number, pool = 'orders', limit = 10) =>
    read(ndjson(Array.from({ length: 120 }, (_, at) => snapshot(from + at, { pool, limit }))));

  it('are of one pool, or one is named', async () => {
    const both = joinEvidence([await hours(0), await hours(0, 'users')]);
    expect(await failure(async () => recommend({ after: both }))).toMatchObject({
      code: 'INPUT_CONTRADICTION',
      message: 'The files are of several pools: orders, users.',
    });
    expect(recommend({ after: both, pool: 'users' }).pool).toBe('users');
    expect((await failure(async () => recommend({ after: both, pool: 'order' }))).message).toContain(
      'No file is of a pool "order".',
    );
    expect(
      (await failure(async () => recommend({ before: await hours(0), after: await hours(500, 'users') }))).message,
    ).toContain('different pools');
  });

  it('follow each other', async () => {
    expect(await failure(async () => recommend({ before: await hours(500), after: await hours(0) }))).toMatchObject({
      hint: 'Swap --before and --after.',
    });
    expect(
      (await failure(async () => recommend({ before: await hours(0), after: await hours(60) }))).message,
    ).toContain('overlap');
  });

  it('are divided where the limit changed', async () => {
    const { seen, notes } = recommend({ after: joinEvidence([await hours(0, 'orders', 5), await hours(120)]) });
    expect([seen.before?.connectionLimit, seen.after.connectionLimit]).toEqual([5, 10]);
    expect(notes.join(' ')).toContain('The limit was 5 until it changed at 2026-11-02T02:00:00.000Z');
  });

  it('of one reading say nothing', async () => {
    expect(await failure(async () => recommend({ after: await read(ndjson([snapshot(0)])) }))).toMatchObject({
      code: 'INPUT_MISSING',
      message: 'pool.txt: one reading, which says nothing of what happens in between.',
    });
  });

  it('of some hours are not enough, and hold no NaN', async () => {
    const result = recommend({ after: await hours(500), before: await hours(0) });
    expect(result.decision).toBe('not-enough');
    expect(JSON.stringify(result)).not.toContain('NaN');
  });
});

it('a file of something else is refused, and so is an empty one', async () => {
  expect(await failure(() => read('a,b\n1,2\n'))).toMatchObject({ code: 'INPUT_INVALID' });
  expect(await failure(() => read('  \n'))).toMatchObject({ code: 'INPUT_MISSING' });
});

describe('a week by snapshots of every five minutes', () => {
  const step = 5;
  const stepsOfDay = (24 * 60) / step;
  /** What `more` gives of each step: `asked` requests in it, and what else a snapshot has. */
  async function week(more: (step: number) => { asked?: number; ranSteps?: number; used?: number; heldMs?: number }) {
    let [asked, useMs] = [0, 0];
    const rows = Array.from({ length: 7 * stepsOfDay + 1 }, (_, index) => {
      const { asked: own = 3_000, ranSteps = index, used = 1, heldMs = 0 } = more(index);
      [asked, useMs] = ranSteps === 0 ? [0, 0] : [asked + own, useMs + 100 * own + heldMs];
      const useTime = { ...snapshot(0).useTime, count: asked, meanMs: asked === 0 ? 0 : useMs / asked };
      return snapshot(step * index, { asked, used, limit: 20, observedMs: ranSteps * step * minute, useTime });
    });
    return recommend({ after: await read(ndjson(rows)) });
  }

  it('is lowered to what a burst of every night needs, and not below', async () => {
    const quiet = await week(() => ({}));
    const nightly = await week((at) => ({ asked: at % stepsOfDay === 36 ? 24_000 : 3_000 }));
    expect([quiet.decision, nightly.decision]).toEqual(['lower', 'lower']);
    expect(quiet.changes[0]?.to).toBeLessThan(8);
    expect(nightly.changes[0]?.to).toBeGreaterThan(8);
    expect(nightly.why).toContain('its busiest minute needs');
  });

  it('with a leak is no pool to raise, although its process is started anew every hour', async () => {
    const leaking = await week((at) => ({ ranSteps: at % 12, used: Math.min(20, 1 + 2 * (at % 12)) }));
    expect(leaking).toMatchObject({ decision: 'keep', cause: { cause: 'leak' } });
    const healthy = await week((at) => ({ ranSteps: at % 12, used: 1 + (at % 2) }));
    expect(healthy.cause).toBeUndefined();
  });

  it('counts jobs of hours by the connections that they had, and not by the hour in which they end', async () => {
    const jobs = await week((at) => ({
      ...(at % stepsOfDay < 36 && { used: 6 }),
      ...(at % stepsOfDay === 36 && { heldMs: 5 * 36 * step * minute }),
    }));
    expect(jobs.busiest?.load).toBeLessThan(7);
    expect(jobs.decision).not.toBe('raise');
  });
});
