import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { scheduleOf } from '../../src/probe/load/schedule.ts';
import { wholeStep } from '../../src/probe/load/shard.ts';
import type { ShardPlan } from '../../src/probe/shards/model.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { objects, type Place, probe, running, urlOf } from '../helpers/probe.ts';
import { admin, countSessions, open, protocolOf, type Session, settled } from '../helpers/sessions.ts';
import { ShardProcesses } from '../helpers/shard-processes.ts';

/** What one process would have sent in the window of the first step. */
function requestsOfOne({ steps: [step] }: ShardPlan): number {
  if (step?.plan.load.kind !== 'open') throw new Error('an open loop was planned');
  const { warmupMs, durationMs, load, seed } = step.plan;
  const schedule = scheduleOf(load, seed, wholeStep(step.plan));
  let count = 0;
  for (; schedule.nextMs < warmupMs + durationMs; schedule.advance()) if (schedule.nextMs >= warmupMs) count += 1;
  return count;
}

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let place: Place;
    let watcher: Session;
    let folder: string;
    const planned = (flags: readonly string[], more?: { shards?: number; waitMs?: number }) =>
      ShardProcesses.plan(urlOf(place), folder, [...flags, '--warmup', '500ms'], more);

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      place = { protocol, server, watcher };
    });
    afterAll(() => watcher.end());
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'poolctl-shards-'));
      await settled(protocol, watcher, 0, server.user);
    });
    afterEach(async () => {
      rmSync(folder, { recursive: true });
      await settled(protocol, watcher, 0, server.user);
    });

    const point = ['--workload', 'point', '--allow-write', '--tps', '60', '--connection-limit', '3'] as const;
    const waiting = (shards: ShardProcesses, index: number) =>
      vi.waitFor(() => expect(shards.child(index).written.stderr).toMatch(/waiting for the other shards/), {
        timeout: 20_000,
        interval: 20,
      });

    test('three begin at one moment, send what one process would, stay within the plan and are no others to each other', async () => {
      // About 16 sessions at work, two thirds of which are another shard's for each.
      const load = ['--hold', '80ms', '--tps', '200', '--connection-limit', '24', '--share', '70%'];
      const shards = await planned([...load, '--duration', '3s']);
      const { plan } = shards;
      expect(plan.guard.connectionsByShard).toEqual([8, 8, 8]);
      shards.start(0, 1, 2);
      let isOver = false;
      const ended = shards.ended().finally(() => {
        isOver = true;
      });
      let most = 0;
      while (!isOver) {
        most = Math.max(most, await countSessions(protocol, watcher, server.user));
        await sleep(50);
      }
      for (const { exitCode, stderr } of await ended) expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(most).toBeGreaterThan(24);
      expect(most).toBeLessThanOrEqual(24 + 3);
      const results = [0, 1, 2].map((index) => shards.result(index));
      const [first] = results;
      const windowMs = Date.parse(first?.startedAt ?? '') + 500;
      for (const result of results) {
        expect(result).toMatchObject({ finished: 'complete', startedAt: first?.startedAt });
        expect(result.cleanUp).toMatchObject({ verified: true, sessionsLeft: 0, objectsLeft: [] });
        const [step] = result.steps;
        const { window, slices = [], requests } = step?.run ?? {};
        // By this machine's clock, which is the server's too: what is left is how well that could be read.
        expect(Math.abs((window?.fromMs ?? 0) - windowMs)).toBeLessThan(150);
        expect(slices.reduce((sum, slice) => sum + slice.requests, 0)).toBe(requests);
      }
      const runs = results.flatMap(({ steps }) => steps.map(({ run }) => run));
      expect(runs.reduce((sum, run) => sum + run.requests, 0)).toBe(requestsOfOne(plan));
      expect(runs.every(({ completed, requests }) => completed === requests)).toBe(true);
      expect(shards.written()).not.toContain(server.password);
    });

    test('SIGTERM to one ends all of them within seconds, and the last one removes the tables', async () => {
      const shards = await planned([...point, '--duration', '60s']);
      shards.start(0, 1, 2);
      for (const index of [0, 1, 2]) await waiting(shards, index);
      // They begin two seconds after the last one came, on MySQL up to three.
      await sleep(5_000);
      shards.child(1).kill('SIGTERM');
      const [first, second, third] = await shards.ended();
      expect(second).toMatchObject({ exitCode: 143, signal: null });
      expect(shards.result(1)).toMatchObject({ finished: 'interrupted', cleanUp: { verified: true, sessionsLeft: 0 } });
      for (const ended of [first, third]) {
        expect(ended).toMatchObject({ exitCode: 3, signal: null });
        expect(ended?.stderr).toMatch(/error\[PROBE_STOPPED\].*left .* before the end/s);
      }
      for (const index of [0, 2]) {
        expect(shards.result(index)).toMatchObject({ finished: 'stopped', stoppedBy: { guard: 'shard-gone' } });
        expect(shards.result(index).steps.length).toBe(1);
      }
      expect(await objects(place)).toEqual([]);
    });

    test('SIGKILL of one, on two threads, leaves a file that says so, stops the others, and nothing stays on the server', async () => {
      const load = ['--hold', '400ms', '--concurrency', '6', '--connection-limit', '6', '--threads', '2'];
      const shards = await planned([...load, '--duration', '60s']);
      shards.start(0, 1, 2);
      await vi.waitFor(async () => expect(await running(place)).toBeGreaterThanOrEqual(6), {
        timeout: 30_000,
        interval: 20,
      });
      await sleep(1_500);
      shards.child(2).kill('SIGKILL');
      const [first, second, third] = await shards.ended();
      expect(third).toMatchObject({ signal: 'SIGKILL' });
      for (const ended of [first, second]) expect(ended).toMatchObject({ exitCode: 3, signal: null });
      expect(shards.result(2)).toMatchObject({ finished: 'running', shard: 2, steps: [] });
      for (const index of [0, 1]) {
        const { stoppedBy, cleanUp } = shards.result(index);
        expect(stoppedBy).toMatchObject({ guard: 'shard-gone', message: expect.stringMatching(/^Shards? .*3.* of 3/) });
        expect(cleanUp).toMatchObject({ verified: true, sessionsLeft: 0 });
      }
    });

    testIf(engine !== 'mysql')(
      'one that never comes ends the wait of the others, who remove what was made',
      async () => {
        const shards = await planned([...point, '--duration', '3s'], { waitMs: 2_000 });
        shards.start(0, 2);
        const [first, third] = await shards.ended();
        for (const ended of [first, third]) {
          expect(ended).toMatchObject({ exitCode: 3, signal: null });
          expect(ended?.stderr).toMatch(/error\[SHARDS_MISSING\]/);
        }
        expect(`${first?.stderr}${third?.stderr}`).toMatch(/missing: 2/);
        expect(shards.result(0)).toMatchObject({ finished: 'stopped', steps: [] });
        expect(await objects(place)).toEqual([]);
      },
    );

    testIf(engine !== 'mysql')('what is left where all were killed is removed by --clean with the plan', async () => {
      const shards = await planned([...point, '--duration', '3s'], { shards: 2 });
      shards.start(0);
      await waiting(shards, 0);
      expect(await objects(place)).not.toEqual([]);
      shards.child(0).kill('SIGKILL');
      await shards.ended();
      await settled(protocol, watcher, 0, server.user);
      const cleaned = await probe(urlOf(place), ['--clean', shards.plan.id, '--yes']);
      expect({ exitCode: cleaned.exitCode, stderr: cleaned.stderr }).toMatchObject({ exitCode: 0 });
      expect(await objects(place)).toEqual([]);
    });
  });
}
