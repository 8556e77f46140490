import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { objects, type Place, urlOf } from '../helpers/probe.ts';
import { bin, poolctl, root } from '../helpers/run.ts';
import { admin, open, protocolOf, type Session, settled } from '../helpers/sessions.ts';
import { SlurmCluster } from './cluster.ts';

const shards = [1, 2, 3] as const;
const engine = 'postgres';

describeWith(engine, (server) => {
  const protocol = protocolOf[engine];
  let cluster: SlurmCluster;
  let watcher: Session;
  let place: Place;
  let folder: string;

  beforeAll(async () => {
    cluster = await SlurmCluster.start(shards.length, `${root}bin/poolctl`);
    watcher = await open(protocol, admin(server));
    place = { protocol, server, watcher };
  }, 300_000);
  afterAll(async () => {
    await watcher?.end();
    await cluster?.stop();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'poolctl-slurm-job-'));
  });
  afterEach(async () => {
    await settled(protocol, watcher, 0, server.user);
    expect(await objects(place)).toEqual([]);
    expect(filesWith(server.password, folder, cluster.folder)).toEqual([join(folder, 'probe.env')]);
    rmSync(folder, { recursive: true });
  });

  /** Plans, and writes the script of the job. */
  async function plan(...flags: readonly string[]): Promise<void> {
    writeFileSync(join(folder, 'probe.env'), `DATABASE_URL=${urlOf(place)}\n`, { mode: 0o600 });
    const lines = [
      [
        'probe',
        '--url-file',
        'probe.env',
        '--shards',
        `${shards.length}`,
        '--save-plan',
        'plan.json',
        '--no-progress',
        ...flags,
      ],
      ['probe', '--plan', 'plan.json', '--emit-job', 'slurm', '-o', 'job.sh'],
    ];
    for (const line of lines) expect(await poolctl(line, { cwd: folder })).toMatchObject({ stderr: '', exitCode: 0 });
  }

  async function submit(...flags: readonly string[]): Promise<string> {
    await plan(...flags);
    return cluster.submit('job.sh', folder);
  }

  const fileOf = (shard: number) => JSON.parse(readFileSync(join(folder, `shard-${shard}.json`), 'utf8')).result;
  const report = (...flags: readonly string[]) => {
    const files = shards.map((shard) => `shard-${shard}.json`);
    return bin(['report', '--shards', ...files, '--json', ...flags], folder);
  };
  /** Sessions of the load, and not those that only look. */
  const loading = async () => {
    const sql = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'poolctl-probe/%'`;
    const [row] = await watcher.rows(sql);
    return Number(row?.['n']);
  };
  const whileLoading = () =>
    vi.waitFor(async () => expect(await loading()).toBe(connections), { timeout: 60_000, interval: 50 });

  // More than a shard opens before all of them have met.
  const connections = 12;
  const load = ['--hold', 'exp:20ms', '--tps', '60', '--connection-limit', `${connections}`, '--warmup', '1s'] as const;

  test('three shards on three nodes are one probe', async () => {
    const job = await submit(...load, '--duration', '6s');
    expect(await cluster.ended(job)).toMatchObject({ JobState: 'COMPLETED', ExitCode: '0:0', NumNodes: '3' });
    expect(shards.map((shard) => fileOf(shard).finished)).toEqual(['complete', 'complete', 'complete']);
    const { stdout, exitCode } = await report();
    expect(exitCode).toBe(0);
    const { result } = JSON.parse(stdout);
    expect(result).toMatchObject({ finished: 'complete', runs: [{ wantedPerSecond: 60 }], shards: { of: 3 } });
  });

  test('an array of three is the same, where there is room for all of it', async () => {
    await plan(...load, '--duration', '3s');
    const script = `#!/bin/bash
#SBATCH --array=1-3 --no-requeue --output=shard-%a.log
exec poolctl probe --url-file probe.env --plan plan.json --save "shard-$SLURM_ARRAY_TASK_ID.json" --no-progress\n`;
    writeFileSync(join(folder, 'array.sh'), script);
    await cluster.ended(await cluster.submit('array.sh', folder));
    expect(shards.map((shard) => fileOf(shard).shard)).toEqual([0, 1, 2]);
    expect(JSON.parse((await report()).stdout).result).toMatchObject({ finished: 'complete' });
  });

  test('scancel ends all of them with what they have', async () => {
    const job = await submit(...load, '--duration', '60s');
    await whileLoading();
    await cluster.cancel(job);
    expect(await cluster.ended(job)).toMatchObject({ JobState: 'CANCELLED' });
    for (const shard of shards) {
      expect(fileOf(shard)).toMatchObject({ finished: 'interrupted', cleanUp: { verified: true, sessionsLeft: 0 } });
    }
  });

  test('a task that is killed stops the others, and its file says that it did not end', async () => {
    const job = await submit(...load, '--duration', '60s');
    await whileLoading();
    // The warm-up is not measured.
    await sleep(6_000);
    process.kill(fileOf(2).processId, 'SIGKILL');
    expect(await cluster.ended(job)).toMatchObject({ JobState: 'FAILED' });
    expect(fileOf(2).finished).toBe('running');
    for (const shard of [1, 3]) expect(fileOf(shard)).toMatchObject({ stoppedBy: { guard: 'shard-gone' } });
    expect(JSON.parse((await report('--allow-missing')).stdout)).toMatchObject({
      result: { shards: { missing: [1] } },
    });
    const refused = await report();
    expect(refused.exitCode).toBeGreaterThan(1);
    expect(refused.stdout).toContain('shard-2.json');
  });
});

/** The files below those folders that have a text in them. */
function filesWith(text: string, ...folders: readonly string[]): string[] {
  return folders.flatMap((start) =>
    readdirSync(start, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((name) => readFileSync(name).includes(text)),
  );
}
