import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { documentOf, loaded, objects, type Place, running, spawnProbe, urlOf } from '../helpers/probe.ts';
import { admin, open, protocolOf, type Session, settled } from '../helpers/sessions.ts';

/** From the signal to the end of the process, on a machine that has other things to do as well. */
const soonMs = 8_000;

/** What does not depend on the engine is seen on PostgreSQL alone. */
for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let place: Place;
    let watcher: Session;
    let proxy: FaultProxy;
    const start = (flags: readonly string[], port = server.port) =>
      spawnProbe(flags, { DATABASE_URL: urlOf(place, { port }) });

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

    const sleeping = ['--hold', '20s', '--connection-limit', '3', '--tps', '50', '--duration', '60s'] as const;

    const working = ['--hold', '20ms', '--connection-limit', '2', '--concurrency', '2', '--duration', '60s'] as const;

    test('Ctrl-C ends statements that would run for long, looks for itself, and prints what there is', async () => {
      const child = start([...sleeping, '--json']);
      await vi.waitFor(async () => expect(await running(place)).toBe(3), { timeout: 20_000, interval: 50 });
      child.kill('SIGINT');
      const ended = await child.ended;
      expect(await running(place)).toBe(0);
      expect(ended).toMatchObject({ exitCode: 130, signal: null });
      expect(ended.afterMs).toBeLessThan(soonMs);
      const { result } = documentOf(ended);
      expect(result).toMatchObject({
        finished: 'interrupted',
        cleanUp: { verified: true, sessionsLeft: 0, cancelled: 3, objectsLeft: [] },
      });
      expect(result.stoppedBy).toBeUndefined();
      expect(ended.stderr).not.toMatch(/error|bug|^ +at /m);
    });

    testIf(engine !== 'mysql')('Ctrl-C during a ramp prints the sizes that were measured', async () => {
      const child = start(['--hold', '20ms', '--sizes', '1,2,4', '--quick', '--duration', '12s']);
      await loaded(place, 2);
      child.kill('SIGINT');
      const ended = await child.ended;
      expect(ended).toMatchObject({ exitCode: 130, signal: null });
      expect(ended.afterMs).toBeLessThan(soonMs);
      expect(ended.stdout).toMatch(/interrupted/);
      expect(ended.stdout).toMatch(/^ +1 .*\/s/m);
      expect(ended.stdout).toMatch(/sessions left +0 +verified on the server/);
    });

    testIf(engine === 'postgres')('Ctrl-C while nobody answers yet ends at once', async () => {
      proxy.switchTo('hole');
      const child = start(['--hold', '20ms'], proxy.port);
      await vi.waitFor(() => expect(proxy.connections).toBe(1), { timeout: 20_000, interval: 20 });
      child.kill('SIGINT');
      expect(await child.ended).toMatchObject({ exitCode: 130, signal: null, stdout: '' });
    });

    testIf(engine !== 'mysql')('Ctrl-C while the server is out of reach does not wait for its timeouts', async () => {
      const child = start([...working, '--warmup', '50ms', '--timeout', '30s', '--json'], proxy.port);
      await loaded(place, 2);
      await sleep(500);
      proxy.switchTo('hole');
      child.kill('SIGINT');
      const ended = await child.ended;
      expect(ended).toMatchObject({ exitCode: 130, signal: null });
      expect(ended.afterMs).toBeLessThan(15_000);
      expect(documentOf(ended).result).toMatchObject({ finished: 'interrupted', cleanUp: { verified: false } });
    });

    testIf(engine === 'postgres')('a second Ctrl-C does not wait for anything', async () => {
      const child = start(sleeping);
      await vi.waitFor(async () => expect(await running(place)).toBe(3), { timeout: 20_000, interval: 50 });
      child.kill('SIGINT');
      await sleep(50);
      child.kill('SIGINT');
      const ended = await child.ended;
      // Without looking for itself, and without what was measured until then.
      expect(ended).toMatchObject({ exitCode: 130, stdout: '' });
      await endStatements();
    });

    testIf(engine === 'postgres')('SIGTERM is answered in the same way, with its own exit code', async () => {
      const child = start(working);
      await loaded(place, 2);
      child.kill('SIGTERM');
      const ended = await child.ended;
      expect(ended).toMatchObject({ exitCode: 143, signal: null });
      expect(ended.stdout).toMatch(/sessions left +0 +verified on the server/);
    });

    test('Ctrl-C leaves no table behind', async () => {
      const flags = ['--workload', 'tpcb-like', '--allow-write', '--connection-limit', '2', '--concurrency', '2'];
      const child = start([...flags, '--duration', '60s', '--json']);
      await vi.waitFor(async () => expect(await objects(place)).not.toEqual([]), { timeout: 20_000, interval: 10 });
      child.kill('SIGINT');
      const ended = await child.ended;
      expect(ended.exitCode).toBe(130);
      expect(documentOf(ended).result.cleanUp).toMatchObject({ verified: true, sessionsLeft: 0, objectsLeft: [] });
      expect(await objects(place)).toEqual([]);
    });

    test('after SIGKILL the server ends every session by itself', async () => {
      // PostgreSQL sees that the client is gone; the others finish the statement, or end it by its limit.
      const hold = protocol === 'postgres' ? '20s' : '2s';
      const child = start(['--hold', hold, '--connection-limit', '3', '--tps', '50', '--duration', '60s']);
      await vi.waitFor(async () => expect(await running(place)).toBe(3), { timeout: 20_000, interval: 50 });
      child.kill('SIGKILL');
      expect(await child.ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
      await settled(protocol, watcher, 0, server.user);
    });

    /** What a process leaves that may not clean up; its own limits would end it later. */
    async function endStatements(): Promise<void> {
      await watcher.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${server.user}'`);
    }
  });
}

describeWith('postgres', () => {
  // Of their own: other tests have embedded servers at the same time.
  let temporary = '';
  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'poolctl-signals-'));
    chmodSync(temporary, 0o755); // The server is another user's.
  });
  afterAll(() => rmSync(temporary, { recursive: true }));
  const flags = ['--embedded', '--hold', '20ms', '--connection-limit', '2', '--concurrency', '2', '--duration', '60s'];

  test.each(['SIGINT', 'SIGKILL'] as const)('%s leaves neither the embedded server nor its folder', async (signal) => {
    const child = spawnProbe(flags, { TMPDIR: temporary });
    await vi.waitFor(() => expect(child.written.stderr).toContain('probing'), { timeout: 30_000, interval: 50 });
    const [port = ''] = /(?<=probing 127\.0\.0\.1:)\d+/.exec(child.written.stderr) ?? [];
    expect(port).not.toBe('');
    await sleep(500);
    child.kill(signal);
    const ended = await child.ended;
    if (signal === 'SIGINT') {
      expect(ended.exitCode).toBe(130);
      expect(ended.stdout).toMatch(/sessions left +0 +verified on the server/);
    }
    await vi.waitFor(() => expect(readdirSync(temporary)).toEqual([]), { timeout: 15_000, interval: 50 });
    await expect(once(connect(Number(port), '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
  });
});
