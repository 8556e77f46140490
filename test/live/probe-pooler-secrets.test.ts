import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { documentOf, probe } from '../helpers/probe.ts';
import { poolctl } from '../helpers/run.ts';
import { Cleanup } from '../helpers/servers/cleanup.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { startPgbouncer } from '../helpers/servers/pgbouncer.ts';
import { admin, dsn, type Login, open, ordinary, run, type Session, settled } from '../helpers/sessions.ts';

/** Odd characters stand between the marks, so that no part of it gets out unseen. */
const canary = `Zq1@Zq2:Zq3/Zq4?Zq5#Zq6%Zq7&Zq8+Zq9 Zq10'Zq11"Zq12$Zq13;Zq14,Zq15<Zq16>`;
const mark = 'Zq';
const user = 'pooledsecret';

/** Histograms are in base64, in which anything may stand by chance, but no odd character. */
function expectNoMark(text: string): void {
  expect(text).not.toBe('');
  expect(text.replace(/[\w+/=]{40,}/g, '')).not.toContain(mark);
}

describeWith('postgres', (server) => {
  const cleanup = new Cleanup();
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-pooler-secrets-'));
  let pooler: Server;
  let watcher: Session;
  const logins = (): Readonly<Record<'url' | 'control' | 'console', Login>> => ({
    url: ordinary(pooler),
    control: { ...ordinary(server), user, password: canary },
    console: { ...ordinary(pooler), database: 'pgbouncer' },
  });
  const flags = ['--hold', '10ms', '--duration', '1s', '--warmup', '100ms', '--connection-limit', '2', '--tps', '20'];

  beforeAll(async () => {
    watcher = await open('postgres', admin(server));
    await run('postgres', admin(server), `CREATE ROLE ${user} LOGIN PASSWORD ${pg.escapeLiteral(canary)}`);
    // Its user of the console is the same one.
    pooler = await startPgbouncer({ ...server, user, password: canary }, cleanup, { stats_users: user });
  });
  afterAll(async () => {
    await cleanup.run();
    await settled('postgres', watcher, 0, user);
    await watcher.rows(`DROP ROLE ${user}`);
    await watcher.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('no password of the three DSNs is in a result, its files or its plan', async () => {
    const { url, control, console } = logins();
    const env = { POOLCTL_CONTROL: dsn('postgres', control), POOLCTL_CONSOLE: dsn('postgres', console) };
    const files = [
      '--save',
      join(folder, 'run.json'),
      '--hgrm',
      join(folder, 'run.hgrm'),
      '-o',
      join(folder, 'run.html'),
    ];
    const ran = await probe(dsn('postgres', url), [...flags, ...files, '--emit', 'pg'], { env });
    expect([ran.exitCode, ran.stderr]).toEqual([0, expect.stringContaining('cleaning up')]);
    expectNoMark(ran.stdout + ran.stderr);
    expect(readdirSync(folder).sort()).toEqual(['run.hgrm', 'run.html', 'run.json']);
    for (const written of readdirSync(folder)) expectNoMark(readFileSync(join(folder, written), 'utf8'));
    // The console is asked with the DSN's own login, where no other is given.
    const planned = await probe(dsn('postgres', url), [...flags, '--dry-run', '--json'], {
      env: { POOLCTL_CONTROL: env.POOLCTL_CONTROL },
    });
    expect(documentOf(planned).result.guards).toContainEqual(
      expect.objectContaining({ guard: 'pooler-clients', status: 'watching' }),
    );
    expectNoMark(planned.stdout + planned.stderr);
  });

  test.each([
    ['a wrong password at the pooler', { url: { password: `${canary}x` } }],
    ['a wrong password at the server behind', { control: { password: `${canary}x` } }],
    ['a wrong password at the console', { console: { password: `${canary}x` } }],
    ['a server behind on which nothing listens', { control: { port: 1 } }],
    ['an unknown database of it', { control: { database: `no${mark.toLowerCase()}where` } }],
    ['another server behind', { control: { port: 'pooler' } }],
  ] as const)('nor in an error: %s', async (_what, changes) => {
    const all = logins();
    const changed = (name: keyof typeof all) => {
      const { port, ...change } = { port: all[name].port, ...(changes as Record<string, object>)[name] };
      return dsn('postgres', { ...all[name], ...change, port: Number(port) || pooler.port });
    };
    const env = { POOLCTL_CONTROL: changed('control'), POOLCTL_CONSOLE: changed('console') };
    const args = ['--control', changed('control'), '--console', changed('console')];
    for (const ran of [
      await probe(changed('url'), flags, { env }),
      await poolctl(['probe', changed('url'), ...args, ...flags, '--json']),
    ]) {
      expect(ran.exitCode).toBeGreaterThanOrEqual(2);
      expect(ran.exitCode).toBeLessThanOrEqual(3);
      expectNoMark(ran.stdout + ran.stderr);
    }
  });
});
