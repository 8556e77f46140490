import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WatchingOptions } from '../../src/watch/options.ts';
import type { TargetState } from '../../src/watch/state.ts';
import { type Watching, watchTargets } from '../../src/watch/watch-targets.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { poolctl } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import {
  admin,
  dsn,
  endAll,
  type Login,
  open,
  openAll,
  openUntilRefused,
  ordinary,
  protocolOf,
  run,
  settled,
} from '../helpers/sessions.ts';

// What happens to servers while they are watched. Waits are for what is to be seen, not for a time.

const intervalMs = 200;
const patienceMs = 30_000;

/** The target once it is so; an error with what was seen last where it never is. */
function until(watching: Watching, name: string, isSo: (target: TargetState) => boolean): Promise<TargetState> {
  return new Promise((resolve, reject) => {
    let last: TargetState | undefined;
    const look = () => {
      last = watching.state.targets.find((target) => target.name === name);
      if (last && isSo(last)) end(() => resolve(last as TargetState));
    };
    const end = (settle: () => void) => {
      stop();
      clearTimeout(timer);
      settle();
    };
    const stop = watching.onChange(look);
    const timer = setTimeout(() => {
      const { phase, failure, polls, isStale, look: seen } = last ?? {};
      const known = JSON.stringify({ phase, failure, polls, isStale, taken: seen?.taken });
      end(() => reject(new Error(`${name} never came to that: ${known}`)));
    }, patienceMs);
    look();
  });
}

const isUp = ({ phase }: TargetState) => phase === 'up';

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (shared) => {
    describe('a server that is watched', () => {
      const protocol = protocolOf[engine];
      const slots = engine === 'postgres' ? 16 : 14;
      const started: Watching[] = [];
      let own: OwnServer;
      let folder = '';

      beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), 'poolctl-watch-'));
        own = await startOwn(engine, { max_connections: slots });
        const grant =
          engine === 'postgres' ? `GRANT pg_monitor TO ${own.user}` : `GRANT PROCESS ON *.* TO '${own.user}'@'%'`;
        await run(protocol, admin(own), grant);
      });
      afterEach(async () => {
        await Promise.all(started.splice(0).map((watching) => watching.close()));
      });
      afterAll(async () => {
        rmSync(folder, { recursive: true });
        await own.stop();
      });

      /** `own`, at its address or another, and the server that the other tests use, which nothing happens to. */
      function watch(login: Login = ordinary(own), options: WatchingOptions = {}): Watching {
        const targets = [
          { name: 'own', server: dsn(protocol, login) },
          { name: 'shared', server: dsn(protocol, ordinary(shared)) },
        ];
        const watching = watchTargets(targets, { intervalMs, timeoutMs: 2_000, ...options });
        started.push(watching);
        return watching;
      }

      async function whileFull<T>(work: () => Promise<T>): Promise<T> {
        const { sessions } = await openUntilRefused(protocol, ordinary(own));
        try {
          return await work();
        } finally {
          await endAll(sessions);
          const boss = await open(protocol, admin(own));
          // Those that are watching may have a session each.
          await settled(protocol, boss, started.length).finally(() => boss.end());
        }
      }

      test('goes on to be seen while it is full; who comes then is told that it is saturated, not down', async () => {
        const first = watch();
        await until(first, 'own', isUp);
        await whileFull(async () => {
          const full = await until(first, 'own', ({ look, alarms }) => {
            return look !== undefined && look.taken >= look.capacity.usable && alarms[0]?.severity === 'crit';
          });
          expect(full).toMatchObject({
            phase: 'up',
            alarms: [{ alarm: 'saturation', severity: 'crit', value: 1 }],
            marks: { highWater: { connections: full.look?.capacity.usable } },
          });

          const { exitCode, stdout } = await poolctl('watch own=env --once --json --fail-on crit', {
            env: { DATABASE_URL: dsn(protocol, ordinary(own)) },
          });
          expect(exitCode).toBe(1);
          expect(JSON.parse(stdout).result.targets).toMatchObject([
            { target: 'own', phase: 'saturated', failure: { code: 'SERVER_FULL' } },
          ]);
        });
        const after = await until(first, 'own', ({ look, alarms }) => look?.taken === 1 && alarms.length === 0);
        expect(after.polls.errors).toEqual({});
      });

      // MySQL takes 10 s to stop, and tells its start as MariaDB does.
      testIf(engine !== 'mysql')('begins a new mark after a restart, and the one before is kept', async () => {
        const watching = watch();
        await until(watching, 'own', isUp);
        const sessions = await openAll(4, protocol, ordinary(own));
        await until(watching, 'own', ({ look }) => look?.taken === 5);
        // Starts are known to the second, and two within one cannot be told apart.
        await sleep(2_000);
        await own.restart('stop');
        await endAll(sessions);
        const again = await until(watching, 'own', ({ marks }) => marks.beforeRestart !== undefined);
        expect(again).toMatchObject({
          phase: 'up',
          marks: { beforeRestart: { connections: 5 } },
          notices: [{ code: 'restarted' }],
        });
        expect(again.marks.highWater?.connections).toBeLessThan(5);
      });

      test('that stands still is given up and told as history, and others keep their cadence; then it is back', async () => {
        const watching = watch(ordinary(own), { timeoutMs: 500 });
        await until(watching, 'own', isUp);
        const before = await until(watching, 'shared', isUp);
        own.signal('SIGSTOP');
        try {
          const lost = await until(watching, 'own', ({ isStale, phase }) => isStale && phase === 'unreachable');
          expect(lost.alarms).toMatchObject([{ alarm: 'unreachable', severity: 'crit' }]);
          expect(lost.polls.skipped).toBeGreaterThan(0);
          await until(watching, 'shared', ({ polls }) => polls.done > before.polls.done + 5);
          const shown = watching.state.targets.find(({ name }) => name === 'shared');
          expect(shown).toMatchObject({ phase: 'up', isStale: false, alarms: [], polls: { errors: {} } });
        } finally {
          own.signal('SIGCONT');
        }
        await until(watching, 'own', ({ phase, isStale, alarms }) => phase === 'up' && !isStale && alarms.length === 0);
      });

      test('behind a network that swallows everything, or cuts, is reached again when it can be', async () => {
        const proxy = await FaultProxy.start(own.host, own.port);
        try {
          const watching = watch({ ...ordinary(own), host: '127.0.0.1', port: proxy.port }, { timeoutMs: 500 });
          await until(watching, 'own', isUp);
          expect(proxy.connections).toBe(1);
          proxy.switchTo('hole');
          await until(watching, 'own', ({ failure }) => failure?.code === 'SERVER_SILENT');
          proxy.switchTo('pass');
          const { polls } = await until(watching, 'own', isUp);
          proxy.switchTo('reset');
          await until(watching, 'own', ({ phase }) => phase === 'unreachable');
          proxy.switchTo('pass');
          await until(watching, 'own', (target) => isUp(target) && target.polls.done > polls.done + 1);
        } finally {
          await proxy.close();
        }
      });

      test('says what it may no longer see when the privilege is taken away, and not that there is nothing', async () => {
        const [take, give] =
          engine === 'postgres'
            ? [`REVOKE pg_monitor FROM ${own.user}`, `GRANT pg_monitor TO ${own.user}`]
            : [`REVOKE PROCESS ON *.* FROM '${own.user}'@'%'`, `GRANT PROCESS ON *.* TO '${own.user}'@'%'`];
        const boss = await open(protocol, admin(own));
        const watching = watch();
        try {
          await until(watching, 'own', (target) => isUp(target) && target.look?.unseen.length === 0);
          await boss.rows(take);
          // MySQL and MariaDB ask for it when a session begins.
          const poor = protocol === 'mysql' ? watch() : watching;
          const blind = await until(poor, 'own', ({ look }) => (look?.unseen.length ?? 0) > 0);
          expect(blind.look).toMatchObject({
            taken: protocol === 'mysql' ? 3 : 2,
            unseen: [{ grant: expect.any(String) }],
          });
          expect(blind.look?.hidden).toBeGreaterThan(0);
        } finally {
          await boss.rows(give);
          await boss.end();
        }
      });

      test('is said on the command line: a line a look, and what to do where nobody is reached', async () => {
        const env = { DATABASE_URL: dsn(protocol, ordinary(own)) };
        const lines = await poolctl('watch own=env --interval 100ms --for 600ms', { env });
        expect(lines).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^own: \d+ looks?, .*no alarm\n$/) });
        const usable = engine === 'postgres' ? slots - 3 : slots;
        expect(lines.stdout).toMatch(new RegExp(`^[\\dT:-]+Z own 1/${usable} usable`, 'm'));

        const nd = await poolctl('watch own=env --interval 100ms --for 1s --format ndjson', { env });
        const looks = nd.stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
        expect(looks.length).toBeGreaterThan(1);
        for (const look of looks)
          expect(look).toMatchObject({ schema: 'poolctl.watch/1', target: 'own', taken: 1, usable });

        const table = await poolctl('watch own=env --once', { env });
        expect(table.stdout).toContain(`own: 1 of ${usable} usable connections taken`);
        for (const { stdout, stderr } of [lines, nd, table]) expect(stdout + stderr).not.toContain(own.password);

        const file = join(folder, 'targets.yaml');
        const place = `host: ${own.host}, port: ${own.port}, db: ${own.database}, user: ${own.user}`;
        const target = (password: string) =>
          writeFileSync(file, `version: 1\ntargets: [{ name: a, kind: ${engine}, ${place}, password: ${password} }]`);
        target('{ env: SECRET }');
        const once = ['watch', '--targets', file, '--once', '--state-file', join(folder, 'marks.json'), '--json'];
        const named = await poolctl(once, { env: { SECRET: own.password } });
        expect(JSON.parse(named.stdout).result.targets).toMatchObject([{ target: 'a', phase: 'up', usable }]);
        expect(JSON.parse(readFileSync(join(folder, 'marks.json'), 'utf8')).targets.a.highWater.connections).toBe(1);
        target(own.password);
        const refused = await poolctl(once);
        expect(refused).toMatchObject({
          exitCode: 2,
          stdout: expect.stringContaining('its password stands in the file'),
        });
        for (const { stdout, stderr } of [named, refused]) expect(stdout + stderr).not.toContain(own.password);

        const nobody = dsn(protocol, { ...ordinary(own), host: '127.0.0.1', port: 1 });
        const down = await poolctl('watch own=env --once', { env: { DATABASE_URL: nobody } });
        expect(down).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('error[CONNECT_REFUSED]') });
      });
    });
  });
}
