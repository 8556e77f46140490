import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readPool } from '../../src/convert/run.ts';
import type { ProbeResult } from '../../src/probe/result.ts';
import { predictBehindPooler } from '../../src/queueing/behind-pooler.ts';
import { known } from '../helpers/known.ts';
import { describeWith } from '../helpers/live.ts';
import { documentOf, expectOneError, objects, probe, spawnProbe } from '../helpers/probe.ts';
import { poolctl, type Ran, type Surroundings } from '../helpers/run.ts';
import { Cleanup } from '../helpers/servers/cleanup.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { startHaproxy } from '../helpers/servers/haproxy.ts';
import { startPgbouncer } from '../helpers/servers/pgbouncer.ts';
import { startPgpool } from '../helpers/servers/pgpool.ts';
import { admin, dsn, open, ordinary, type Protocol, run, type Session, settled } from '../helpers/sessions.ts';

const short = ['--hold', '20ms', '--duration', '1s', '--warmup', '100ms'] as const;

/** A probe through `pooler`, watched on the server behind it as that user. */
function through(
  protocol: Protocol,
  pooler: Server,
  control: string,
  flags: readonly string[],
  surroundings: Surroundings = {},
): Promise<Ran> {
  const env = { POOLCTL_CONTROL: control, ...surroundings.env };
  return probe(dsn(protocol, ordinary(pooler)), flags, { ...surroundings, env });
}

function resultOf(ran: Ran): ProbeResult & { readonly pooler: NonNullable<ProbeResult['pooler']> } {
  const { result, error } = documentOf(ran);
  if (error) throw new Error(`${error.code}: ${error.message}`);
  return { ...result, pooler: known(result.pooler) };
}

describeWith('postgres', (server) => {
  const cleanup = new Cleanup();
  const control = dsn('postgres', ordinary(server));
  let watcher: Session;
  let bouncer: Server;
  const consoleOf = (pooler: Server) => dsn('postgres', { ...admin(pooler), database: 'pgbouncer' });

  beforeAll(async () => {
    watcher = await open('postgres', admin(server));
    bouncer = await startPgbouncer(server, cleanup, { default_pool_size: 4 });
  });
  afterAll(async () => {
    await cleanup.run();
    await settled('postgres', watcher, 0, server.user);
    await watcher.end();
  });

  describe('PgBouncer in transaction mode', () => {
    const probed = (flags: readonly string[], surroundings: Surroundings = {}) =>
      through('postgres', bouncer, control, flags, {
        ...surroundings,
        env: { POOLCTL_CONSOLE: consoleOf(bouncer), ...surroundings.env },
      });

    test('says what size in front of it, and that a larger one only moves the queue', async () => {
      const load = { arrivalRatePerSecond: 15, hold: { kind: 'constant', meanMs: 60 } } as const;
      const flags = ['--hold', '60ms', '--sizes', '4,8', '--tps', '15', '--quick', '--duration', '7s', '--json'];
      const { pooler, recommendation, ramp, cleanUp, guards } = resultOf(await probed(flags));
      expect(pooler).toMatchObject({
        name: expect.stringMatching(/^PgBouncer \d/),
        mode: 'transaction',
        settings: { poolSize: 4, maxClients: 50 },
        reach: { asked: 8, letIn: 8, atOnce: 4 },
        met: { limit: 'pooler-connections' },
      });
      expect(pooler.met?.evidence.join(' ')).toMatch(/4 ran on the server and 4 waited in PgBouncer .* pool_size .* 4/);
      expect(ramp?.knee).toMatchObject({ limitedBy: 'pooler', connectionLimit: 4 });
      // As probe promises it: 99 % wait less than a request takes, and at most 90 % of the connections are in use.
      const isEnough = (connections: number) => {
        const { both } = predictBehindPooler({ ...load, connections, poolerConnections: 4 });
        return (both.p99WaitMs ?? Infinity) <= load.hold.meanMs && both.utilization <= 0.9;
      };
      const needed = known([1, 2, 3, 4].find(isEnough));
      expect(needed).toBe(3);
      // One more where pauses of the machine lengthen what was measured.
      expect([needed, needed + 1]).toContain(recommendation?.connectionLimit);
      expect(recommendation?.reasons.join(' ')).toContain('only move the queue into PgBouncer');
      expect(cleanUp).toMatchObject({ verified: true, sessionsLeft: 0 });
      expect(guards).toContainEqual(expect.objectContaining({ guard: 'pooler-clients', status: 'watching' }));
    });

    test('waits as long with a larger pool, but in the pooler, as the model of both queues says', async () => {
      // Holds so long that what lies between two requests of a connection hardly counts.
      const load = ['--hold', 'exp:60ms', '--tps', '50', '--duration', '3s', '--warmup', '300ms', '--json'];
      const fits = resultOf(await probed([...load, '--connection-limit', '4']));
      const large = resultOf(await probed([...load, '--connection-limit', '12']));
      const [before, inside] = [known(fits.runs[0]), known(large.runs[0])];
      // What it held the server for, without a wait in the pooler, is known from the first.
      const model = (connections: number) =>
        predictBehindPooler({
          ...{ connections, poolerConnections: 4, arrivalRatePerSecond: 50 },
          hold: { kind: 'histogram', buckets: before.serviceBuckets },
        });
      const holdMs = known(before.meanServiceMs).value;
      const waitMs = known(before.meanWaitMs).value;
      expect(known(inside.meanWaitMs).value).toBeLessThan(waitMs / 2);
      expect(known(inside.meanServiceMs).value).toBeGreaterThan(holdMs + waitMs / 3);
      expect(known(inside.totalMs.mean) / known(before.totalMs.mean)).toBeGreaterThan(0.6);
      expect(known(inside.totalMs.mean) / known(before.totalMs.mean)).toBeLessThan(1.7);
      const [small, beyond] = [model(4), model(12)];
      expect(small.meanWaitInPoolerMs).toBe(0);
      expect(known(beyond.meanWaitInPoolerMs)).toBeGreaterThan(known(beyond.meanWaitInPoolMs));
      expect(fits.pooler).toMatchObject({ met: { limit: 'pool' } });
      expect(large.pooler).toMatchObject({ met: { limit: 'pooler-connections' } });
    });

    test('sets nothing on sessions that it shares, and lets nothing write', async () => {
      await probed([...short, '--connection-limit', '4', '--concurrency', '4']);
      const next = await open('postgres', ordinary(bouncer));
      const sql = `SELECT name, setting, (SELECT count(*)::int FROM pg_prepared_statements) AS prepared FROM pg_settings
        WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding', 'TimeZone', 'DateStyle')`;
      expect(await next.rows(sql)).toEqual([]);
      await next.rows('CREATE TABLE pooled_guard (id int)');
      await next.rows(
        `CREATE FUNCTION pooled_write() RETURNS int LANGUAGE sql AS 'INSERT INTO pooled_guard VALUES (1) RETURNING id'`,
      );
      try {
        const ran = await probed(['--sql', 'SELECT pooled_write()', '--connection-limit', '1', '--concurrency', '1']);
        expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
        expectOneError(ran, 'WRITE_REFUSED');
        expect(await next.rows('SELECT count(*)::int AS n FROM pooled_guard')).toEqual([{ n: 0 }]);
      } finally {
        await next.rows('DROP FUNCTION pooled_write(); DROP TABLE pooled_guard');
        await next.end();
      }
    });

    test('after Ctrl-C ends what it has left on the server behind, and removes its tables', async () => {
      const interrupt = new AbortController();
      const work = ['--workload', 'tpcb-like', '--allow-write', '--connection-limit', '3', '--concurrency', '3'];
      const probing = probed([...work, '--duration', '30s', '--json'], { interrupted: interrupt.signal });
      const tagged = `SELECT query FROM pg_stat_activity WHERE query LIKE '/* poolctl-pooled/%' AND state <> 'idle'`;
      const began = `SELECT relname FROM pg_stat_user_tables WHERE relname LIKE '%pgbench%' OR schemaname LIKE 'poolctl%'`;
      let name = '';
      const isAtWork = async () => {
        const [first, second] = await watcher.rows(tagged);
        expect(second).toBeDefined();
        name = known(/poolctl-pooled\/\w+/.exec(String(first?.['query']))?.[0]);
      };
      await vi
        .waitFor(isAtWork, { timeout: 20_000, interval: 20 })
        .finally(() => setTimeout(() => interrupt.abort(), 500));
      expect((await watcher.rows(began)).length).toBeGreaterThan(0);
      // A pooler may leave the name on a session that serves another client.
      const other = await open('postgres', { ...ordinary(server), application: name });
      const slept = other.rows('SELECT 1 AS one FROM pg_sleep(2)');
      const ran = await probing;
      expect(await slept).toEqual([{ one: 1 }]);
      await other.end();
      expect(ran.exitCode).toBe(130);
      expect(documentOf(ran).result.cleanUp).toMatchObject({ verified: true, sessionsLeft: 0, objectsLeft: [] });
      expect(await watcher.rows(tagged)).toEqual([]);
      expect(await objects({ protocol: 'postgres', watcher })).toEqual([]);
    });

    test('what a killed probe left running behind it is found, and stopped with --clean', () =>
      leftRunning('postgres', server, bouncer));

    test('says so where its clients are the limit, and its console cannot be asked', async () => {
      const full = await startPgbouncer(server, cleanup, { max_client_conn: 4 });
      const flags = [...short, '--connection-limit', '6', '--concurrency', '6', '--json'];
      const { pooler, guards, runs } = resultOf(await through('postgres', full, control, flags));
      expect(pooler).toMatchObject({
        unseen: expect.stringContaining('stats_users'),
        reach: { asked: 6, letIn: 4, refusal: { kind: 'pooler-full', label: '08P01' } },
        met: { limit: 'pooler-clients', evidence: [expect.stringContaining('max_client_conn')] },
      });
      expect(runs).toEqual([]);
      const guard = guards?.find((one) => one.guard === 'pooler-clients');
      expect(guard).toMatchObject({ status: 'blind', remedy: expect.stringContaining('--console') });
    });

    test('says so where the server behind lets it have no more', async () => {
      const few = { user: 'pooled_few', password: 'few' };
      await watcher.rows(`CREATE ROLE ${few.user} LOGIN PASSWORD '${few.password}' CONNECTION LIMIT 2`);
      try {
        const short = await startPgbouncer(
          server,
          cleanup,
          { default_pool_size: 5, server_login_retry: 1 },
          { serverUser: few },
        );
        const flags = ['--hold', '20ms', '--connection-limit', '5', '--concurrency', '5', '--duration', '1s', '--json'];
        const env = { POOLCTL_CONSOLE: consoleOf(short) };
        const asAdmin = dsn('postgres', { ...admin(server), database: server.database });
        const { pooler } = resultOf(await through('postgres', short, asAdmin, flags, { env }));
        expect(pooler).toMatchObject({ reach: { atOnce: 2 }, met: { limit: 'server' } });
      } finally {
        await settled('postgres', watcher, 0, 'pooled_few');
        await watcher.rows('DROP ROLE pooled_few');
      }
    });
  });

  test('PgBouncer in session mode: as many clients as it has connections', async () => {
    const pooler = await startPgbouncer(server, cleanup, { pool_mode: 'session', default_pool_size: 3 });
    const flags = [...short, '--connection-limit', '5', '--concurrency', '5', '--json'];
    const { pooler: found, cleanUp } = resultOf(await through('postgres', pooler, control, flags));
    expect(found).toMatchObject({
      reach: { letIn: 3, atOnce: 3, refusal: { kind: 'pooler-wait' } },
      met: { limit: 'pooler-connections' },
    });
    expect(cleanUp).toMatchObject({ verified: true, sessionsLeft: 0 });
  });

  test('PgBouncer in statement mode: single statements, and no transaction', async () => {
    const pooler = await startPgbouncer(server, cleanup, { pool_mode: 'statement', default_pool_size: 3 });
    const size = ['--connection-limit', '5', '--concurrency', '5'];
    const {
      pooler: found,
      runs,
      cleanUp,
    } = resultOf(await through('postgres', pooler, control, [...short, ...size, '--json']));
    expect(found).toMatchObject({ mode: 'statement', reach: { letIn: 5, atOnce: 3 } });
    expect(found.met?.limit).toBe('pooler-connections');
    expect(known(runs[0]).completed).toBeGreaterThan(20);
    expect(cleanUp).toMatchObject({ verified: true, sessionsLeft: 0 });
    await run('postgres', ordinary(server), 'CREATE VIEW pooled_view AS SELECT 1 AS one');
    for (const [work, why] of [
      [['--workload', 'tpcb-like', '--allow-write'], 'needs one: tpcb-like'],
      [['--sql', 'SELECT * FROM pooled_view'], 'needs one, because it calls what could do more than read: --sql.'],
    ] as const) {
      const ran = await through('postgres', pooler, control, [...work, ...size, '--dry-run']);
      expectOneError(ran, 'PROBE_REFUSED');
      expect(ran.stderr.replace(/\s+/g, ' ')).toContain(
        `is in statement mode, in which no transaction can run, and the workload ${why}`,
      );
    }
    await run('postgres', ordinary(server), 'DROP VIEW pooled_view');
  });

  test('pgpool-II: as many clients as it has children, less those it keeps free, as convert reads it', async () => {
    // It keeps its sessions to the server.
    const own = new Cleanup();
    try {
      const pooler = await startPgpool(server, own, { num_init_children: 4 });
      const env = { DATABASE_URL: dsn('postgres', ordinary(pooler)) };
      const { checks } = JSON.parse((await poolctl('doctor --json', { env })).stdout).result;
      expect(checks.find(({ id }: { id: string }) => id === 'pooler')).toMatchObject({
        ...{ status: 'warning', detail: expect.stringMatching(/^pgpool-II \d.* is in the path/) },
      });
      const flags = [...short, '--connection-limit', '6', '--concurrency', '6', '--json'];
      const { pooler: found, cleanUp } = resultOf(await through('postgres', pooler, control, flags));
      expect(found).toMatchObject({
        name: expect.stringMatching(/^pgpool-II \d/),
        reach: { letIn: 3 },
        met: { limit: 'pooler-clients' },
      });
      const text = 'num_init_children = 4\nreserved_connections = 1\n';
      const { settings } = await readPool({ text, file: 'pgpool.conf' });
      expect(settings).toMatchObject({ connectionLimit: 3, nobodyWaits: true });
      expect(found.met?.evidence.join(' ')).toContain('Sorry, too many clients already');
      expect(cleanUp).toMatchObject({ verified: true, sessionsLeft: 0 });
      const fits = [...short, '--connection-limit', '2', '--concurrency', '2', '--json'];
      expect(known(resultOf(await through('postgres', pooler, control, fits)).runs[0]).completed).toBeGreaterThan(20);
    } finally {
      await own.run();
    }
  });

  test('HAProxy: as many clients as it hands on', () => throughHaproxy('postgres', server, cleanup));

  describe('refuses', () => {
    const flags = ['--hold', '20ms', '--dry-run'];
    const refused = async (env: Record<string, string>, url = dsn('postgres', ordinary(bouncer))) => {
      const ran = await probe(url, flags, { env });
      expectOneError(ran, 'PROBE_REFUSED');
      return ran.stderr.replace(/\s+/g, ' ');
    };

    test('a pooler without --control, and says that it is the next step', async () => {
      expect(await refused({})).toContain('hint: Add --control <dsn>');
    });

    test('--control where nothing stands between', async () => {
      expect(await refused({ POOLCTL_CONTROL: control }, control)).toContain('leave it out');
    });

    test('--control that is a pooler itself', async () => {
      const itself = dsn('postgres', ordinary(bouncer));
      expect(await refused({ POOLCTL_CONTROL: itself })).toContain('--control names the server itself');
    });

    test('tables of another user than the pooler’s', async () => {
      const env = { POOLCTL_CONTROL: dsn('postgres', { ...admin(server), database: server.database }) };
      const work = ['--workload', 'tpcb-like', '--allow-write', '--dry-run'];
      const ran = await probe(dsn('postgres', ordinary(bouncer)), work, { env });
      expectOneError(ran, 'PROBE_REFUSED');
      expect(ran.stderr).toContain(`Give --control with the user "${server.user}"`);
    });

    test('a user of --control that may not see or end what comes through', async () => {
      await watcher.rows(`CREATE ROLE pooled_blind LOGIN PASSWORD 'blind'`);
      const blind = dsn('postgres', { ...ordinary(server), user: 'pooled_blind', password: 'blind' });
      try {
        expect(await refused({ POOLCTL_CONTROL: blind })).toContain('GRANT pg_read_all_stats TO "pooled_blind"');
        await watcher.rows('GRANT pg_read_all_stats TO pooled_blind');
        expect(await refused({ POOLCTL_CONTROL: blind })).toContain('GRANT pg_signal_backend TO "pooled_blind"');
      } finally {
        await settled('postgres', watcher, 0, 'pooled_blind');
        await watcher.rows('DROP ROLE pooled_blind');
      }
    });
  });
});

describeWith('mariadb', (server) => {
  const cleanup = new Cleanup();
  afterAll(() => cleanup.run());

  test('HAProxy: as many clients as it hands on', () => throughHaproxy('mysql', server, cleanup));

  test('what a killed probe left running behind it is found, and stopped with --clean', async () =>
    leftRunning('mysql', server, await startHaproxy(server, cleanup, 10)));
});

/** A probe is killed while its statement takes minutes, and nothing tells the server that nobody waits for it any more. */
async function leftRunning(protocol: Protocol, server: Server, pooler: Server): Promise<void> {
  const control = dsn(protocol, ordinary(server));
  const watcher = await open(protocol, { ...admin(server), database: server.database });
  const { statement, running, watchers, end } = {
    postgres: {
      statement: 'SELECT pg_sleep(times) FROM pooled_work',
      running: `SELECT pid AS id, clock_timestamp() - query_start > '200 ms' AS is_long FROM pg_stat_activity
        WHERE query LIKE '/* poolctl-pooled/%pooled_work' AND state = 'active'`,
      watchers: `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'poolctl-watch/%'`,
      end: (id: unknown) => `SELECT pg_cancel_backend(${id})`,
    },
    mysql: {
      statement: 'SELECT BENCHMARK(10000000 * times, MD5(1)) FROM pooled_work',
      running: `SELECT ID AS id, TIME_MS > 200 AS is_long FROM information_schema.PROCESSLIST
        WHERE INFO LIKE '/* poolctl-pooled/%pooled_work'`,
      watchers: `SELECT 1 FROM DUAL WHERE IS_USED_LOCK('poolctl_probe') IS NOT NULL`,
      end: (id: unknown) => `KILL QUERY ${id}`,
    },
  }[protocol];
  const long = async () =>
    (await watcher.rows(running)).filter((row) => Boolean(row['is_long'])).map(({ id }) => String(id));
  const until = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 20_000, interval: 10 });
  await run(protocol, ordinary(server), 'CREATE TABLE pooled_work AS SELECT 0 AS times');
  const flags = ['--sql', statement, '--connection-limit', '1', '--concurrency', '1', '--duration', '60s'];
  const child = spawnProbe(flags, { DATABASE_URL: dsn(protocol, ordinary(pooler)), POOLCTL_CONTROL: control });
  try {
    await until(async () => expect(await watcher.rows(watchers)).not.toEqual([]));
    await run(protocol, ordinary(server), 'UPDATE pooled_work SET times = 100');
    await until(async () => expect(await long()).toHaveLength(1));
    expect((await probe(control, ['--clean'])).stdout).toContain('no probe that was killed has left anything');
    child.kill('SIGKILL');
    await child.ended;
    await until(async () => expect(await watcher.rows(watchers)).toEqual([]));
    const names = (await long()).map((id) => `statement in session ${id}`);
    expect(names).not.toEqual([]);

    const inspected = JSON.parse((await poolctl('inspect --json', { env: { DATABASE_URL: control } })).stdout);
    expect(inspected.warnings).toContainEqual(
      expect.objectContaining({ code: 'LEFT_BY_KILLED_PROBE', message: expect.stringContaining(names.join(', ')) }),
    );
    const checked = JSON.parse((await poolctl('doctor --json', { env: { DATABASE_URL: control } })).stdout);
    expect(checked.result.checks.find(({ id }: { id: string }) => id === 'leftovers')).toMatchObject({
      ...{ status: 'warning', detail: expect.stringContaining(names.join(', ')) },
    });
    const plan = await through(protocol, pooler, control, [...short, '--connection-limit', '1', '--dry-run', '--json']);
    expect(documentOf(plan)).toMatchObject({
      result: { leftBefore: names },
      warnings: expect.arrayContaining([
        expect.objectContaining({ code: 'LEFT_BY_KILLED_PROBE', hint: expect.stringContaining('of --control') }),
      ]),
    });

    const { result } = documentOf(await probe(control, ['--clean', '--yes', '--json']));
    expect(result).toMatchObject({ removed: names.map(() => ({ kind: 'statement' })), left: [] });
    expect(await long()).toEqual([]);
  } finally {
    child.kill('SIGKILL');
    for (const id of await long()) await watcher.rows(end(id));
    await run(protocol, ordinary(server), 'DROP TABLE pooled_work');
    await watcher.end();
  }
}

async function throughHaproxy(protocol: Protocol, server: Server, cleanup: Cleanup): Promise<void> {
  const pooler = await startHaproxy(server, cleanup, 3);
  const control = dsn(protocol, ordinary(server));
  const flags = [...short, '--connection-limit', '5', '--concurrency', '5', '--json'];
  const { pooler: found } = resultOf(await through(protocol, pooler, control, flags));
  expect(found).toMatchObject({
    reach: { letIn: 3, atOnce: 3, refusal: { kind: 'connect-failed' } },
    met: { limit: 'pooler-clients', evidence: [expect.stringContaining('did not answer connection 4')] },
  });
  // What fits is served, which one engine shows.
  if (protocol === 'postgres') return;
  const fits = [...short, '--connection-limit', '3', '--concurrency', '3', '--json'];
  const { runs, cleanUp } = resultOf(await through(protocol, pooler, control, fits));
  expect(known(runs[0]).completed).toBeGreaterThan(20);
  expect(cleanUp).toMatchObject({ verified: true, sessionsLeft: 0 });
}
