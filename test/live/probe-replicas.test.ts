import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeOnce } from '../helpers/live.ts';
import { documentOf, expectOneError, probe } from '../helpers/probe.ts';
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

describeOnce('replicas of MariaDB', () => {
  let primary: OwnServer;
  let replica: OwnServer;
  const url = (server: OwnServer, login = admin(server)) => dsn('mysql', { ...login, database: server.database });

  beforeAll(async () => {
    primary = await startOwn('mariadb', { 'log-bin': 'bin', 'server-id': 1 });
    replica = await startOwn('mariadb', { 'server-id': 2, 'read-only': 1 });
    await run(
      'mysql',
      admin(primary),
      "CREATE USER repl@'%' IDENTIFIED BY 'repl'",
      "GRANT REPLICATION SLAVE ON *.* TO repl@'%'",
      'RESET MASTER',
    );
  });
  afterAll(async () => {
    await replica.stop();
    await primary.stop();
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
      await run(
        'mysql',
        admin(replica),
        `CHANGE MASTER TO MASTER_HOST = '${primary.host}', MASTER_PORT = ${primary.port}, MASTER_USER = 'repl', MASTER_PASSWORD = 'repl', MASTER_USE_GTID = slave_pos`,
        'START SLAVE',
      );
      await vi.waitFor(async () => expect((await dry(replica)).exitCode).toBe(0), { timeout: 15_000, interval: 200 });
    });

    test('the primary cannot tell how far it is behind, so a limit is refused', async () => {
      const refused = await dry(primary);
      expectOneError(refused, 'PROBE_REFUSED');
      expect(refused.stderr).toContain('is not told how far they are behind');
    });

    test('the replica can, unless its replication stands or the user may not see it', async () => {
      const refused = await dry(replica, ordinary(replica));
      expectOneError(refused, 'PROBE_REFUSED');
      expect(refused.stderr).toContain('GRANT SLAVE MONITOR ON *.* TO');
      await run('mysql', admin(replica), 'STOP SLAVE SQL_THREAD');
      expect((await dry(replica)).stderr).toContain('whose replication does not run');
    });
  });
});
