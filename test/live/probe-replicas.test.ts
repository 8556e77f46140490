import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeOnce, describeWith } from '../helpers/live.ts';
import { documentOf, expectOneError, loaded, probe, spawnProbe } from '../helpers/probe.ts';
import type { Ran } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { startStandby } from '../helpers/servers/standby.ts';
import { admin, dsn, open, ordinary, run } from '../helpers/sessions.ts';

const short = ['--hold', '20ms', '--connection-limit', '1', '--tps', '10', '--duration', '1s'] as const;
const limited = ['--max-replication-lag', '2s'] as const;

/** With a result as far as it came, or with none where the machine is so slow that the limit is met before the load. */
function expectLagStop({ exitCode, stdout }: Ran): void {
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/A replica was [\d.]+ s behind/);
}

describeOnce('replicas of PostgreSQL', () => {
  let primary: OwnServer;
  let standby: OwnServer;
  const asAdmin = (server: OwnServer) => dsn('postgres', { ...admin(server), database: server.database });
  const asApp = (server: OwnServer) => dsn('postgres', ordinary(server));

  beforeAll(async () => {
    primary = await startOwn('postgres');
    standby = await startStandby(primary);
  });
  afterAll(async () => {
    standby.signal('SIGCONT');
    await standby.stop();
    await primary.stop();
  });

  const lagGuard = async (url: string) => {
    const { result } = documentOf(await probe(url, [...short, '--dry-run', '--json']));
    return result.guards?.find(({ guard }) => guard === 'replication-lag');
  };

  test('are watched from the primary by a user who may see them', async () => {
    expect(await lagGuard(asAdmin(primary))).toMatchObject({
      status: 'watching',
      why: 'how far its replicas are behind (1)',
    });
  });

  test('cannot be watched by a user who may not: an explicit limit is refused, and the GRANT named', async () => {
    expect(await lagGuard(asApp(primary))).toMatchObject({
      status: 'blind',
      remedy: `GRANT pg_read_all_stats TO ${primary.user}`,
    });
    const refused = await probe(asApp(primary), [...short, ...limited]);
    expectOneError(refused, 'PROBE_REFUSED');
    expect(refused.stderr).toContain('--max-replication-lag 2 s cannot be watched');
    const ran = documentOf(await probe(asApp(primary), [...short, '--json']));
    expect(ran.warnings).toContainEqual(expect.objectContaining({ code: 'GUARD_IS_BLIND' }));
  });

  test('that replay nothing any more stop the load, though their own figure stands still', async () => {
    await run('postgres', admin(standby), 'SELECT pg_wal_replay_pause()');
    try {
      const load = ['--workload', 'tpcb-like', '--allow-write', '--connection-limit', '2', '--tps', '50'];
      const ran = await probe(asAdmin(primary), [...load, ...limited, '--duration', '20s', '--json']);
      expectLagStop(ran);
    } finally {
      await run('postgres', admin(standby), 'SELECT pg_wal_replay_resume()');
    }
  });

  test('that go away stop a load with a limit, because they fall behind unseen', async () => {
    const load = ['--hold', '20ms', '--connection-limit', '1', '--tps', '10', '--duration', '30s', ...limited];
    const child = spawnProbe([...load, '--json'], { DATABASE_URL: asAdmin(primary) });
    const watcher = await open('postgres', admin(primary));
    try {
      await loaded({ protocol: 'postgres', server: { ...primary, user: primary.adminUser }, watcher }, 1);
      standby.signal('SIGSTOP');
      await watcher.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_replication`);
      const ran = await child.ended;
      expect([ran.exitCode, ran.stdout]).toEqual([3, expect.stringContaining('could no longer be seen')]);
    } finally {
      child.kill('SIGKILL');
      standby.signal('SIGCONT');
      await watcher.end();
    }
  });

  test('count their own lag where they are probed themselves', async () => {
    expect(await lagGuard(asApp(standby))).toMatchObject({
      status: 'watching',
      why: 'how far this standby is behind its primary',
    });
    const writer = await open('postgres', { ...admin(primary), database: primary.database });
    await run('postgres', admin(standby), 'SELECT pg_wal_replay_pause()');
    await writer.rows('CREATE TABLE lagging AS SELECT 1 AS one');
    try {
      const ran = await probe(asApp(standby), [...short.slice(0, -1), '20s', ...limited, '--json']);
      expectLagStop(ran);
    } finally {
      await run('postgres', admin(standby), 'SELECT pg_wal_replay_resume()');
      await writer.end();
    }
  });
});

interface ReplicationWords {
  /** Which the primary forgets that it has made already. */
  readonly reset: string;
  readonly follow: (primary: OwnServer) => string;
  readonly start: string;
  readonly stopReplaying: string;
  readonly privilege: string;
}

const sourceIn = (word: string, { host, port }: OwnServer) =>
  `${word}_HOST = '${host}', ${word}_PORT = ${port}, ${word}_USER = 'repl', ${word}_PASSWORD = 'repl'`;

const wordsOf: Readonly<Record<'mariadb' | 'mysql', ReplicationWords>> = {
  mariadb: {
    reset: 'RESET MASTER',
    follow: (primary) => `CHANGE MASTER TO ${sourceIn('MASTER', primary)}, MASTER_USE_GTID = slave_pos`,
    start: 'START SLAVE',
    stopReplaying: 'STOP SLAVE SQL_THREAD',
    privilege: 'SLAVE MONITOR',
  },
  mysql: {
    reset: 'RESET BINARY LOGS AND GTIDS',
    follow: (primary) => `CHANGE REPLICATION SOURCE TO ${sourceIn('SOURCE', primary)}, GET_SOURCE_PUBLIC_KEY = 1`,
    start: 'START REPLICA',
    stopReplaying: 'STOP REPLICA SQL_THREAD',
    privilege: 'REPLICATION CLIENT',
  },
};

for (const engine of ['mariadb', 'mysql'] as const) describeWith(engine, () => replicasOf(engine));

function replicasOf(engine: 'mariadb' | 'mysql'): void {
  const words = wordsOf[engine];
  let primary: OwnServer;
  let replica: OwnServer;
  const url = (server: OwnServer, login = admin(server)) => dsn('mysql', { ...login, database: server.database });

  beforeAll(async () => {
    primary = await startOwn(engine, { 'log-bin': 'bin', 'server-id': 1 });
    replica = await startOwn(engine, { 'server-id': 2, 'read-only': 1 });
    await run(
      'mysql',
      admin(primary),
      "CREATE USER repl@'%' IDENTIFIED BY 'repl'",
      "GRANT REPLICATION SLAVE ON *.* TO repl@'%'",
      words.reset,
    );
  });
  afterAll(async () => {
    await replica?.stop();
    await primary?.stop();
  });

  const dry = async (server: OwnServer, login = admin(server)) => {
    return probe(url(server, login), [...short, ...limited, '--dry-run']);
  };

  test('a primary without any needs no watching, which only a user who sees all sessions can know', async () => {
    expect((await dry(primary)).exitCode).toBe(0);
    const refused = await dry(primary, ordinary(primary));
    expectOneError(refused, 'PROBE_REFUSED');
    expect(refused.stderr).toContain('GRANT PROCESS ON *.* TO');
  });

  describe('with one that follows', () => {
    beforeAll(async () => {
      await run('mysql', admin(replica), words.follow(primary), words.start);
      await run('mysql', ordinary(primary), 'CREATE TABLE followed (id INT)');
      const rows = () => run('mysql', ordinary(replica), 'SELECT * FROM followed');
      await vi.waitFor(rows, { timeout: 15_000, interval: 100 });
    });

    test('the primary cannot tell how far it is behind, so a limit is refused', async () => {
      const refused = await dry(primary);
      expectOneError(refused, 'PROBE_REFUSED');
      expect(refused.stderr).toContain('is not told how far they are behind');
    });

    test('a load on the replica stops when that falls behind', async () => {
      expect((await dry(replica)).exitCode).toBe(0);
      const locker = await open('mysql', admin(replica));
      try {
        await locker.rows('FLUSH TABLES WITH READ LOCK');
        await run('mysql', ordinary(primary), 'INSERT INTO followed VALUES (1)');
        expectLagStop(await probe(url(replica), [...short.slice(0, -1), '20s', ...limited, '--json']));
      } finally {
        await locker.rows('UNLOCK TABLES');
        await locker.end();
      }
    });

    test('and when it replays nothing any more', async () => {
      const load = ['--hold', '20ms', '--connection-limit', '1', '--tps', '10', '--duration', '30s', ...limited];
      const child = spawnProbe([...load, '--json'], { DATABASE_URL: url(replica) });
      const watcher = await open('mysql', admin(replica));
      try {
        await loaded({ protocol: 'mysql', server: { ...replica, user: replica.adminUser }, watcher }, 1);
        await watcher.rows(words.stopReplaying);
        const ran = await child.ended;
        expect([ran.exitCode, ran.stdout]).toEqual([3, expect.stringContaining('could no longer be seen')]);
      } finally {
        child.kill('SIGKILL');
        await watcher.rows(words.start);
        await watcher.end();
      }
    });

    test('the replica cannot be watched where its replication stands or the user may not see it', async () => {
      const refused = await dry(replica, ordinary(replica));
      expectOneError(refused, 'PROBE_REFUSED');
      expect(refused.stderr).toContain(`GRANT ${words.privilege} ON *.* TO`);
      await run('mysql', admin(replica), words.stopReplaying);
      expect((await dry(replica)).stderr).toContain('whose replication does not run');
    });
  });
}
