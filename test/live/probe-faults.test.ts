import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import {
  documentOf,
  expectOneError,
  loaded,
  objects,
  type Place,
  type ProbeDocument,
  probe,
  steady,
  urlOf,
} from '../helpers/probe.ts';
import { type Ran, root } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import {
  admin,
  endAll,
  open,
  openUntilRefused,
  ordinary,
  protocolOf,
  type Session,
  settled,
} from '../helpers/sessions.ts';

/** A load of four connections that would run for long. */
const endless = ['--duration', '30s', '--warmup', '100ms', '--timeout', '1s'] as const;
const long = [...steady, ...endless] as const;

/** Until there is something to lose: the load is on, and a second of it was measured. */
async function wellUnderWay(place: Place, connections = 4): Promise<void> {
  await loaded(place, connections);
  await sleep(1_000);
}

/** Of a server that says nothing any more, a look without an answer is noticed first, or the connection's own timeout. */
const silence = ['control-lost', 'control-slow'] as const;

/** What was measured until then, as the result says it. */
function expectPartial({ schema, result }: ProbeDocument, ...guards: string[]): void {
  expect(schema).toBe('poolctl.probe/3');
  expect(result.finished).toBe('stopped');
  expect(guards).toContain(result.stoppedBy?.guard);
  expect(result.runs[0]?.completed).toBeGreaterThan(4);
  expect(JSON.stringify(result)).not.toContain('NaN');
}

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let watcher: Session;
    let place: Place;
    let proxy: FaultProxy;
    const url = () => urlOf(place, { port: proxy.port });

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      place = { protocol, server, watcher };
    });
    afterAll(() => watcher.end());
    beforeEach(async () => {
      proxy = await FaultProxy.start(server.host, server.port);
    });
    afterEach(async () => {
      await proxy.close();
      await settled(protocol, watcher, 0, server.user);
    });

    // MySQL differs from MariaDB in nothing that this would show.
    testIf(engine !== 'mysql')('a network that swallows everything ends the load, with what was measured', async () => {
      const started = performance.now();
      const probing = probe(url(), [...long, '--json']);
      await wellUnderWay(place);
      const lostAt = performance.now() - started;
      proxy.switchTo('hole');
      const ran = await probing;
      expect(ran.exitCode).toBe(3);
      expectPartial(documentOf(ran), ...silence);
      expect(documentOf(ran).result).toMatchObject({
        stoppedBy: { message: expect.stringMatching(/fell silent|had no answer/) },
        cleanUp: { verified: false },
      });
      expect(performance.now() - started - lostAt).toBeLessThan(15_000);
    });

    test('connections that are reset all at once end the load, and a new one sees that nothing is left', async () => {
      const probing = probe(url(), long);
      await wellUnderWay(place);
      proxy.switchTo('reset');
      proxy.switchTo('pass');
      const { exitCode, stdout, stderr } = await probing;
      expect(exitCode).toBe(3);
      expectOneError({ stderr }, 'CONNECTION_LOST');
      expect(stdout).toMatch(/sessions left +0 +verified on the server/);
      expect(stdout).toMatch(/stopped/);
    });

    test('a server that refuses connections is told before anything else, and leaves nothing on stdout', async () => {
      const { port } = proxy;
      await proxy.close();
      const ran = await probe(urlOf(place, { port }), long);
      expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
      expectOneError(ran, 'CONNECT_REFUSED');
      proxy = await FaultProxy.start(server.host, server.port);
    });

    testIf(engine === 'postgres')('a slow network is measured as one', async () => {
      proxy.switchTo({ delayMs: 15 });
      const flags = ['--workload', 'select1', '--connection-limit', '2', '--tps', '20', '--duration', '1500ms'];
      const ran = await probe(url(), [...flags, '--json']);
      expect(ran.exitCode).toBe(0);
      const { transport, runs } = documentOf(ran).result;
      expect(transport?.roundTripMs.least).toBeGreaterThanOrEqual(29);
      expect(transport?.connectMs.p50).toBeGreaterThan(60);
      expect(runs[0]?.serviceMs.p50).toBeGreaterThanOrEqual(29);
    });

    testIf(engine === 'postgres')(
      'a file that cannot be written is found before anything is sent to the server',
      async () => {
        for (const flag of ['-o', '--save', '--hgrm']) {
          const ran = await probe(url(), [...long, flag, '/nowhere/result.json']);
          expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
          expectOneError(ran, 'OUTPUT_UNWRITABLE');
        }
        expect(proxy.connections).toBe(0);
      },
    );

    testIf(engine === 'postgres')('nor is anything sent where the disk has no room for the result', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'poolctl-full-'));
      try {
        for (const flag of ['-o', '--save', '--hgrm']) {
          const ran = await withSmallFiles(['probe', ...long, flag, join(folder, 'result')], url());
          expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
          expectOneError(ran, 'OUTPUT_UNWRITABLE');
        }
        expect(proxy.connections).toBe(0);
        expect(readdirSync(folder)).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
}

/** The real binary, in a shell in which no file may become larger than 512 KiB. */
function withSmallFiles(args: readonly string[], url: string): Promise<Ran> {
  const shell = ['-c', 'ulimit -f 512; exec "$@"', 'bash', process.execPath, `${root}bin/poolctl`, ...args];
  const env = { ...process.env, FORCE_COLOR: '', DATABASE_URL: url };
  return new Promise((resolve) => {
    execFile('bash', shell, { env }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** What only a server of one's own can be put through. */
for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (shared) => {
    describe.runIf(shared.startedHere)('of its own', () => {
      const protocol = protocolOf[engine];
      let server: OwnServer;
      let place: Place;
      const rename = (password: string) =>
        protocol === 'postgres'
          ? `ALTER ROLE ${server.user} PASSWORD '${password}'`
          : `ALTER USER '${server.user}'@'%' IDENTIFIED BY '${password}'`;
      const sessionIds = {
        postgres: () => `SELECT pid AS id FROM pg_stat_activity WHERE usename = '${server.user}'
          AND application_name LIKE 'poolctl-probe%'`,
        mysql: () => `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = '${server.user}'
          AND ID > (SELECT MIN(ID) FROM information_schema.PROCESSLIST WHERE USER = '${server.user}')`,
      };
      const end = {
        postgres: (id: number) => `SELECT pg_terminate_backend(${id})`,
        mysql: (id: number) => `KILL ${id}`,
      };

      beforeAll(async () => {
        server = await startOwn(engine, { max_connections: 20 });
        place = { protocol, server, watcher: await open(protocol, admin(server)) };
      });
      afterAll(async () => {
        await place?.watcher.end();
        await server?.stop();
      });

      test('a password that is changed during the run ends it when a connection is lost', async () => {
        const probing = probe(urlOf(place), [...long, '--json']);
        await wellUnderWay(place);
        await place.watcher.rows(rename('Changed99'));
        try {
          const [first] = await place.watcher.rows(sessionIds[protocol]());
          await place.watcher.rows(end[protocol](Number(first?.['id'])));
          const ran = await probing;
          expect(ran.exitCode).toBe(3);
          expectPartial(documentOf(ran), 'login-refused');
          expect(documentOf(ran).result.cleanUp).toMatchObject({ verified: true, sessionsLeft: 0 });
        } finally {
          await place.watcher.rows(rename(server.password));
        }
        await settled(protocol, place.watcher, 0, server.user);
      });

      testIf(engine === 'postgres')(
        'and a ramp whose next pool is not let in keeps the sizes that it had',
        async () => {
          const flags = ['--hold', '20ms', '--sizes', '1,2,3', '--quick', '--duration', '12s', '--timeout', '2s'];
          const probing = probe(urlOf(place), flags);
          await loaded(place, 2);
          await place.watcher.rows(rename('Changed99'));
          try {
            const ran = await probing;
            expect(ran.exitCode).toBe(3);
            expectOneError(ran, 'AUTH_FAILED');
            expect(ran.stdout).toMatch(/stopped/);
            expect(ran.stdout).toMatch(/^ +1 .*\/s/m);
            expect(ran.stdout).not.toContain('Changed99');
          } finally {
            await place.watcher.rows(rename(server.password));
          }
        },
      );

      testIf(engine === 'postgres')('a server that is full lets nobody in', async () => {
        const { sessions } = await openUntilRefused(protocol, ordinary(server));
        try {
          const ran = await probe(urlOf(place), long);
          expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
          expectOneError(ran, 'SERVER_FULL');
        } finally {
          await endAll(sessions);
          await settled(protocol, place.watcher, 0, server.user);
        }
      });

      test('a server that others fill up is left to them', async () => {
        const probing = probe(urlOf(place), long);
        await wellUnderWay(place);
        const { sessions } = await openUntilRefused(protocol, ordinary(server));
        try {
          const ran = await probing;
          expect(ran.exitCode).toBe(3);
          expectOneError(ran, 'PROBE_STOPPED');
          expect(ran.stderr).toMatch(/connections? of the server w(as|ere) free; 2 must stay free/);
          expect(ran.stdout).toMatch(/stopped/);
          expect(ran.stdout).toMatch(/sessions left +0 +verified/);
          await settled(protocol, place.watcher, sessions.length, server.user);
        } finally {
          await endAll(sessions);
          await settled(protocol, place.watcher, 0, server.user);
        }
      });

      test('a server that is frozen is left after its timeouts, and forgets the load when it thaws', async () => {
        const probing = probe(urlOf(place), [...long, '--json']);
        await wellUnderWay(place);
        const frozenAt = performance.now();
        server.signal('SIGSTOP');
        try {
          const ran = await probing;
          expect(performance.now() - frozenAt).toBeLessThan(15_000);
          expect(ran.exitCode).toBe(3);
          expectPartial(documentOf(ran), ...silence);
          expect(documentOf(ran).result.cleanUp.verified).toBe(false);
        } finally {
          server.signal('SIGCONT');
        }
        await settled(protocol, place.watcher, 0, server.user);
      });

      testIf(engine === 'postgres')('a server that starts again is waited for, to take away our tables', async () => {
        const flags = ['--workload', 'tpcb-like', '--allow-write', '--connection-limit', '3', '--concurrency', '3'];
        const probing = probe(urlOf(place), [...flags, ...endless, '--json']);
        await wellUnderWay(place, 3);
        expect(await objects(place)).not.toEqual([]);
        const [first] = await place.watcher.rows(sessionIds.postgres());
        // One that dies without a word makes PostgreSQL start all over.
        process.kill(Number(first?.['id']), 'SIGKILL');
        const ran = await probing;
        place = { ...place, watcher: await open(protocol, admin(server)) };
        expect(ran.exitCode).toBe(3);
        expect(documentOf(ran).result).toMatchObject({
          finished: 'stopped',
          cleanUp: { verified: true, sessionsLeft: 0, objectsLeft: [] },
        });
        expect(await objects(place)).toEqual([]);
      });

      test('a server that is stopped ends the load', async () => {
        const probing = probe(urlOf(place), long);
        await wellUnderWay(place);
        await server.stop();
        const ran = await probing;
        expect(ran.exitCode).toBe(3);
        // Whether it takes leave of the load first or of the control connection is its own affair.
        expectOneError(ran, 'CONNECTION_LOST', 'PROBE_STOPPED');
        expect(ran.stdout).toMatch(/stopped/);
        expect(ran.stdout).toMatch(/sessions left .*(?:unknown|not)/);
      });
    });
  });
}
