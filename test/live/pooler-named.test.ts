import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnnouncedPooler } from '../../src/engines/facts.ts';
import { describeWith } from '../helpers/live.ts';
import { poolctl } from '../helpers/run.ts';
import { Cleanup } from '../helpers/servers/cleanup.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { type PgbouncerRelease, startPgbouncer } from '../helpers/servers/pgbouncer.ts';
import { startPgpool } from '../helpers/servers/pgpool.ts';
import { admin, dsn, endAll, open, openUntilRefused, ordinary, run } from '../helpers/sessions.ts';

/** What inspect and doctor say of the pooler in front of it. */
async function named(server: Server) {
  const env = { DATABASE_URL: dsn('postgres', ordinary(server)) };
  const { result, warnings } = JSON.parse((await poolctl('inspect --json', { env })).stdout);
  const doctor = JSON.parse((await poolctl('doctor --json', { env })).stdout).result;
  const { detail } = doctor.checks.find(({ id }: { id: string }) => id === 'pooler');
  const said = warnings.find(({ code }: { code: string }) => code === 'POOLER_IN_PATH');
  return { pooler: result.pooler as AnnouncedPooler | undefined, said: said?.message as string | undefined, detail };
}

async function refusal(server: Server, login = ordinary(server)) {
  const { stdout, exitCode } = await poolctl('inspect --json', { env: { DATABASE_URL: dsn('postgres', login) } });
  const { code, message } = JSON.parse(stdout).error;
  return { exitCode, code, message };
}

describeWith('postgres', (server) => {
  const cleanup = new Cleanup();
  afterAll(() => cleanup.run());

  describe('inspect and doctor name, for an ordinary user,', () => {
    test('PgBouncer 1.26 with its version, its mode and its prepared statements', async () => {
      const settings = { pool_mode: 'session', max_prepared_statements: 17 };
      const bouncer = await startPgbouncer(server, cleanup, settings, { release: 'sid' });
      const { pooler, said, detail } = await named(bouncer);
      expect(pooler).toEqual({
        ...{ name: 'PgBouncer', profile: 'pgbouncer', version: expect.stringMatching(/^1\.\d+\.\d+$/) },
        ...{ mode: 'session', maxPreparedStatements: 17 },
      });
      const words = `PgBouncer ${pooler?.version} (pool_mode session, max_prepared_statements 17)`;
      expect(said).toContain(`${words} stands between`);
      expect(said).toContain('timeouts do not bound that wait');
      expect(detail).toContain(`${words} is in the path`);
    });

    test('pgpool-II, also where it reaches the server by a Unix socket', async () => {
      const socket = server.socketPath === undefined ? [] : [{ backend_hostname0: server.socketPath }];
      for (const settings of [{}, ...socket]) {
        const { pooler, said, detail } = await named(await startPgpool(server, cleanup, settings));
        expect(pooler).toEqual({
          ...{ name: 'pgpool-II', profile: 'pgpool', version: expect.stringMatching(/^\d+\.\d+/) },
        });
        expect(said).toContain(`pgpool-II ${pooler?.version} stands between`);
        expect(said).not.toContain('do not bound that wait');
        expect(detail).toContain(`pgpool-II ${pooler?.version} is in the path`);
      }
    });

    test('pgpool-II, so that size and probe do not take it for the server either', async () => {
      const env = { DATABASE_URL: dsn('postgres', ordinary(await startPgpool(server, cleanup))) };
      for (const [line, code] of [
        ['size --tps 20 --p95 300 --server env --json', 'INPUT_MISSING'],
        ['probe env --hold 20ms --dry-run --json', 'PROBE_REFUSED'],
      ] as const) {
        const { error } = JSON.parse((await poolctl(line, { env })).stdout);
        expect(error).toMatchObject({ code, message: expect.stringContaining('stands pgpool-II') });
      }
    });

    test('no pooler where there is none, and claim no more than that', async () => {
      expect(await named(server)).toEqual({ detail: 'no pooler found, at two logins' });
    });
  });

  describe('a refusal of the server behind PgBouncer', () => {
    let own: OwnServer;
    const single = { user: 'single', password: 'one' };
    beforeAll(async () => {
      own = await startOwn('postgres', { max_connections: 6, superuser_reserved_connections: 3 });
      await run('postgres', admin(own), `CREATE ROLE single LOGIN CONNECTION LIMIT 1 PASSWORD 'one'`);
    });
    afterAll(() => own.stop());

    test.each<PgbouncerRelease>(['own', 'sid'])('says which limit it was, in the release %s', async (release) => {
      const bouncer = await startPgbouncer(own, cleanup, {}, { release, users: [single] });
      const taken = await open('postgres', { ...ordinary(own), ...single });
      try {
        expect(await refusal(bouncer, { ...ordinary(bouncer), ...single })).toEqual({
          ...{ exitCode: 3, code: 'SERVER_FULL' },
          message: 'The role "single" has as many connections as its CONNECTION LIMIT allows.',
        });
      } finally {
        await taken.end();
      }
      const { sessions } = await openUntilRefused('postgres', ordinary(own));
      try {
        expect(await refusal(bouncer)).toMatchObject({
          ...{ code: 'SERVER_FULL', message: expect.stringContaining('only slots left that are reserved') },
        });
      } finally {
        await endAll(sessions);
      }
    });
  });

  test.each(['max_user_client_connections', 'max_db_client_connections'])(
    'a client beyond %s of PgBouncer is SERVER_FULL by that name',
    async (limit) => {
      const bouncer = await startPgbouncer(server, cleanup, { [limit]: 1 }, { release: 'sid' });
      const first = await open('postgres', ordinary(bouncer));
      try {
        expect(await refusal(bouncer)).toMatchObject({ code: 'SERVER_FULL', message: expect.stringContaining(limit) });
      } finally {
        await first.end();
      }
    },
  );
});
