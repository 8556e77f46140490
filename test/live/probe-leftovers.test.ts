import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { connectionTarget } from '../../src/engines/dsn-target.ts';
import type { ProbeLeftover } from '../../src/inspect/leftovers.ts';
import { openControl } from '../../src/probe/control/open.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { documentOf, expectOneError, loaded, objects, type Place, probe, spawnProbe, urlOf } from '../helpers/probe.ts';
import { poolctl } from '../helpers/run.ts';
import { admin, open, ordinary, protocolOf, run, type Session, settled } from '../helpers/sessions.ts';

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let place: Place;
    let watcher: Session;
    const url = () => urlOf(place);
    const short = ['--hold', '20ms', '--connection-limit', '1', '--tps', '10', '--duration', '1s'] as const;

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      place = { protocol, server, watcher };
    });
    afterAll(() => watcher.end());
    afterEach(() => settled(protocol, watcher, 0, server.user));

    test('a second probe is refused beside a first one, which it names', async () => {
      const first = spawnProbe(['--hold', '20ms', '--connection-limit', '2', '--tps', '20', '--duration', '60s'], {
        DATABASE_URL: url(),
      });
      await loaded(place, 2);
      const second = await probe(url(), short);
      first.kill('SIGINT');
      expectOneError(second, 'PROBE_REFUSED');
      expect(second.stderr).toMatch(
        /Another probe of poolctl is at work on this server \((?:[0-9a-f]{8}|session \d+)\)/,
      );
      expect((await first.ended).exitCode).toBe(130);
    });

    test('what a killed probe left is found by the next one, by inspect and by doctor, and removed with --clean', async () => {
      const child = spawnProbe(
        ['--workload', 'tpcb-like', '--allow-write', '--connection-limit', '2', '--tps', '20', '--duration', '60s'],
        { DATABASE_URL: url() },
      );
      await loaded(place, 2);
      child.kill('SIGKILL');
      await child.ended;
      await settled(protocol, watcher, 0, server.user);
      expect(await objects(place)).not.toEqual([]);
      // What only has such a name is somebody's own.
      const own =
        protocol === 'postgres' ? 'CREATE SCHEMA poolctl_probe_mine' : 'CREATE TABLE poolctl_probe_mine_log (id INT)';
      await run(protocol, ordinary(server), own);

      const { warnings, result } = documentOf(await probe(url(), [...short, '--json']));
      expect(warnings).toContainEqual(expect.objectContaining({ code: 'LEFT_BY_KILLED_PROBE' }));
      expect(result.leftBefore?.every((name) => /^(?:schema|table) poolctl_probe_[0-9a-f]{8}/.test(name))).toBe(true);
      const inspected = JSON.parse((await poolctl('inspect --json', { env: { DATABASE_URL: url() } })).stdout);
      expect(inspected.warnings).toContainEqual(expect.objectContaining({ code: 'LEFT_BY_KILLED_PROBE' }));
      expect(inspected.result.leftovers.map(({ kind, name }: ProbeLeftover) => `${kind} ${name}`)).toEqual(
        result.leftBefore,
      );
      const checks = JSON.parse((await poolctl('doctor --json', { env: { DATABASE_URL: url() } })).stdout).result
        .checks;
      expect(checks.find(({ id }: { id: string }) => id === 'leftovers')).toMatchObject({
        status: 'warning',
        detail: expect.stringContaining('poolctl_probe_'),
      });

      const refused = await probe(url(), ['--clean']);
      expectOneError(refused, 'PROBE_REFUSED');
      expect(refused.stderr).toContain('Nothing was removed');
      const another = await probe(url(), ['--clean', '0a0b0c0d', '--yes']);
      expect(another).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('run 0a0b0c0d has left nothing') });
      const cleaned = await probe(url(), ['--clean', '--yes']);
      expect(cleaned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('removed') });
      const left = await objects(place);
      expect(left).toHaveLength(1);
      expect(left[0]).toContain('poolctl_probe_mine');
      await run(protocol, ordinary(server), own.replace('CREATE', 'DROP').replace(' (id INT)', ''));
      expect((await probe(url(), ['--clean'])).stdout).toContain('no probe that was killed has left anything');
    });

    testIf(engine === 'postgres')(
      "a session that a pooler has reset and keeps is the pooler's, and is not ended",
      async () => {
        const tag = 'poolctl-probe/pooled';
        const pooled = await open(protocol, { ...ordinary(server), application: tag });
        const options = { timeoutMs: 5_000, signal: new AbortController().signal };
        const control = await openControl(connectionTarget(url()), tag, options);
        try {
          const [row] = await pooled.rows('SELECT pg_backend_pid() AS pid');
          const pid = Number(row?.['pid']);
          expect(await control.alive([pid])).toEqual([pid]);
          await pooled.rows('DISCARD ALL');
          expect(await control.alive([pid])).toEqual([]);
          await control.terminate([pid]);
          expect(await pooled.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
        } finally {
          await control.close();
          await pooled.end();
        }
      },
    );

    test('--clean leaves a probe alone that is at work', async () => {
      const child = spawnProbe(
        ['--workload', 'tpcb-like', '--allow-write', '--connection-limit', '2', '--tps', '20', '--duration', '3s'],
        { DATABASE_URL: url() },
      );
      await loaded(place, 2);
      const cleaned = await probe(url(), ['--clean', '--yes']);
      expect(cleaned.stdout).toContain('no probe that was killed has left anything');
      expect((await child.ended).exitCode).toBe(0);
      await vi.waitFor(async () => expect(await objects(place)).toEqual([]));
    });
  });
}
