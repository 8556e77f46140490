import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseShard } from '../../src/probe/shards/document.ts';
import { parseShardPlan } from '../../src/probe/shards/plan-document.ts';
import { describeWith } from '../helpers/live.ts';
import { expectOneError, objects, type Place, probe, urlOf } from '../helpers/probe.ts';
import type { Surroundings } from '../helpers/run.ts';
import { admin, open, protocolOf, type Session, settled } from '../helpers/sessions.ts';

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let place: Place;
    let watcher: Session;
    let folder: string;
    const url = () => urlOf(place);
    const load = ['--hold', '20ms', '--tps', '60'] as const;
    const hold = [...load, '--duration', '10s'] as const;

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      place = { protocol, server, watcher };
      folder = await mkdtemp(join(tmpdir(), 'poolctl-plan-'));
    });
    afterAll(async () => {
      await watcher.end();
      await rm(folder, { recursive: true });
    });

    async function planned(flags: readonly string[], shards = 3) {
      const file = join(folder, 'plan.json');
      const ran = await probe(url(), [...flags, '--shards', `${shards}`, '--save-plan', file]);
      return { ...ran, file, read: async () => parseShardPlan(await readFile(file, 'utf8'), file) };
    }

    test('plans a load for several processes, takes its share of the free connections once, and puts no load on', async () => {
      await settled(protocol, watcher, 0, server.user);
      const { stdout, exitCode, read } = await planned([...hold, '--connection-limit', '7', '--queue-limit', '20']);
      expect(exitCode).toBe(0);
      const plan = await read();
      const { budget, connectionsByShard } = plan.guard;
      expect(budget.allowed).toBe(Math.floor(budget.freeConnections / 4));
      expect(connectionsByShard).toEqual([3, 2, 2]);
      expect(plan).toMatchObject({
        shards: 3,
        server: { engine, user: server.user },
        question: { kind: 'load', pool: { connectionLimit: 7, queueLimit: 20 } },
        load: { tps: 60, arrivals: 'poisson' },
        steps: [{ startMs: 0, plan: { pool: { connectionLimit: 7 }, durationMs: 10_000 } }],
        meeting: { waitMs: 300_000 },
      });
      expect(stdout).toContain('--shard 1/3 --save shard-1.json');
      await settled(protocol, watcher, 0, server.user);
      expect(await objects(place)).toEqual([]);
    });

    test('names the tables of a workload by the plan, and holds no password', async () => {
      const { file, read, stdout, stderr } = await planned(['--workload', 'point', '--allow-write', '--quick']);
      const { id, workload } = await read();
      expect(workload.setup?.join()).toContain(`poolctl_probe_${id}`);
      expect(await objects(place)).toEqual([]);
      expect(server.password).not.toBe('');
      for (const text of [await readFile(file, 'utf8'), stdout, stderr]) expect(text).not.toContain(server.password);
    });

    test('refuses what would leave a shard without a connection', async () => {
      const few = await planned([...hold, '--connection-limit', '2']);
      expect(few).toMatchObject({ exitCode: 2, stdout: '' });
      expectOneError(few, 'VALUE_INVALID');
      const many = await planned(hold, 300);
      expect(many).toMatchObject({ exitCode: 3, stdout: '' });
      expectOneError(many, 'PROBE_REFUSED');
      expect(many.stderr).toContain('less than one for each of 300 shards');
    });

    test('of a dry run shows the plan and writes no file', async () => {
      const { read, stdout, exitCode } = await planned([...hold, '--connection-limit', '6', '--dry-run'], 2);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^would plan 2 shards/);
      expect((await read()).shards).toBe(3);
    });

    test('runs its shards, each of which keeps what it has measured, once', async () => {
      const { file } = await planned([...load, '--connection-limit', '4', '--duration', '1s', '--warmup', '200ms'], 2);
      const saved = (shard: number) => join(folder, `shard-${shard}.json`);
      const shard = (number: number, more: Surroundings = {}) =>
        probe(url(), ['--plan', file, '--shard', `${number}/2`, '--save', saved(number), '--no-progress'], more);
      const [first, second] = await Promise.all([shard(1), shard(2)]);
      expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
      expect(first.stdout).toMatch(/^shard 1 of 2 of plan [0-9a-f]{8}: complete/);
      const [one, two] = await Promise.all(
        [1, 2].map(async (number) => parseShard(await readFile(saved(number), 'utf8'), saved(number))),
      );
      expect(one).toMatchObject({ finished: 'complete', shard: 0, cleanUp: { verified: true, sessionsLeft: 0 } });
      expect(two?.startedAt).toBe(one?.startedAt);
      const requests = [one, two].map((result) => result?.steps[0]?.run.requests ?? 0);
      expect(Math.min(...requests)).toBeGreaterThan(10);
      const again = await shard(1);
      expect(again).toMatchObject({ exitCode: 2, stdout: '' });
      expectOneError(again, 'SHARD_TAKEN');
      for (const text of [first.stdout, second.stderr, await readFile(saved(2), 'utf8')]) {
        expect(text).not.toContain(server.password);
      }
    });
  });
}
