import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { describeWith, testIf } from '../helpers/live.ts';
import { documentOf, expectOneError, loaded, type Place, probe, running, spawnProbe, urlOf } from '../helpers/probe.ts';
import { admin, open, protocolOf, type Session, settled } from '../helpers/sessions.ts';

/** Two connections that serve ten a second, and far more that come: nobody gives up before the end. */
const flooded = ['--hold', '200ms', '--connection-limit', '2', '--acquire-timeout', '2m', '--tps', '2000'] as const;
const many = 5_000;

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let place: Place;
    let watcher: Session;
    const start = (flags: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      spawnProbe(flags, { DATABASE_URL: urlOf(place), ...env });

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      place = { protocol, server, watcher };
    });
    afterAll(() => watcher.end());
    afterEach(() => settled(protocol, watcher, 0, server.user));

    test('thousands that wait at the end are counted, and are no load that was served', async () => {
      const flags = [...flooded, '--warmup', '100ms', '--duration', '3500ms'];
      const { exitCode, stdout, stderr } = await probe(urlOf(place), [...flags, '--json']);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.not.stringMatching(/bug|error/) });
      const { result } = documentOf({ stdout });
      const [run] = result.runs;
      expect(run?.stillWaiting).toBeGreaterThan(many);
      expect(run?.requests).toBe((run?.completed ?? 0) + (run?.unfinished ?? 0));
      expect(run?.waitMs.count).toBe(run?.completed);
      expect(result.cleanUp).toMatchObject({ verified: true, sessionsLeft: 0 });
    });

    test('Ctrl-C answers thousands that wait, and prints how many they were', async () => {
      const child = start([...flooded, '--warmup', '100ms', '--duration', '60s']);
      await loaded(place, 2);
      await sleep(4_500);
      child.kill('SIGINT');
      const ended = await child.ended;
      expect(ended).toMatchObject({ exitCode: 130, signal: null });
      expect(ended.stderr).not.toMatch(/RangeError|bug|error|^ +at /m);
      expect(ended.stdout.replace(/\s+/g, ' ')).toMatch(
        /\? interrupted: .* 2 connections serve \S+ of 2000\/s, .* 0 % lost, (99\.\d+|100) % still waiting at the end\./,
      );
      const [, waiting] = /still waiting at the end +(\d+)/.exec(ended.stdout) ?? [];
      expect(Number(waiting)).toBeGreaterThan(many);
      expect(ended.stdout).toMatch(/sessions left +0 +verified on the server/);
    });

    testIf(engine !== 'mysql')('an error that nobody catches ends the load, and not its clean-up', async () => {
      // Thrown from the event loop of the main thread, as a driver might from its socket.
      const fault = `import { isMainThread } from 'node:worker_threads';
        if (isMainThread) process.once('SIGUSR2', () => { throw new RangeError('a fault of the test'); });`;
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` };
      const child = start(['--hold', '20s', '--connection-limit', '3', '--tps', '50', '--duration', '60s'], env);
      await vi.waitFor(async () => expect(await running(place)).toBe(3), { timeout: 20_000, interval: 50 });
      await sleep(1_500);
      child.kill('SIGUSR2');
      const ended = await child.ended;
      expect(await running(place)).toBe(0);
      expect(ended).toMatchObject({ exitCode: 4, signal: null });
      expect(ended.stderr).toMatch(/^bug: .*RangeError: a fault of the test$/m);
      expect(ended.stderr).not.toMatch(/^\s+at /m);
      expect(ended.stdout).toMatch(/stopped by an error: a fault of the test/);
      expect(ended.stdout).toMatch(/sessions left +0 +verified on the server/);
    });

    testIf(engine === 'postgres')('a thread of the load that stands still is ended, and the load with it', async () => {
      // As a driver might that loops over an answer.
      const fault = `import { workerData } from 'node:worker_threads';
        if (workerData?.shard?.thread === 1) setTimeout(() => { for (;;); }, 1500);`;
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` };
      const flags = ['--hold', '20ms', '--connection-limit', '4', '--concurrency', '4', '--threads', '2'];
      const ended = await start([...flags, '--duration', '60s'], env).ended;
      expect(ended).toMatchObject({ exitCode: 3, signal: null });
      expectOneError(ended, 'PROTOCOL_BROKEN');
      expect(ended.stderr).toContain('A thread of the load stood still for 10 s');
      expect(await running(place)).toBe(0);
    });
  });
}
