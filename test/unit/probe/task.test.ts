import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import type { Io } from '../../../src/base/io.ts';
import { addFlags, optionReader } from '../../../src/cli/options.ts';
import { guardFlags, taskFlags, trafficFlags, workFlags } from '../../../src/commands/probe/flags.ts';
import { probeInput } from '../../../src/commands/probe/input.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-task-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `poolctl probe` with these flags is to do. */
async function taskOf(line: string, env: Readonly<Record<string, string>> = {}) {
  return (await inputFor(line, env)).task;
}

async function inputFor(line: string, env: Readonly<Record<string, string>> = {}) {
  const command = new Command();
  addFlags(command, { ...workFlags, ...trafficFlags, ...taskFlags, ...guardFlags });
  command.parse(line.split(' '), { from: 'user' });
  const io = { env, cwd: folder } as unknown as Io;
  return probeInput(optionReader(command, io), io, undefined);
}

describe('probe --compare', () => {
  it.each([
    ['--duration 20s', 3],
    ['', 5],
    ['--duration 3m', 10],
    ['--quick', 1],
    ['--thorough --duration 3m', 5],
  ])(
    'with %j has %i rounds: as many as the time has room for, unless their number was asked for',
    async (more, rounds) => {
      const line = `--tps 60 --compare 10/0,90/50 ${more}`.trim();
      expect(await taskOf(line)).toMatchObject({ kind: 'compare', rounds });
    },
  );
});

describe('probe --instances', () => {
  it('is part of the search for a size, beside the rate of one instance', async () => {
    expect(await taskOf('--tps 50 --instances 3')).toMatchObject({ kind: 'ramp', tps: 50, instances: 3 });
    expect(await taskOf('--tps 50')).not.toHaveProperty('instances');
    expect(await taskOf('--tps 50', { POOLCTL_INSTANCES: '4' })).toMatchObject({ instances: 4 });
  });

  it.each(['--compare-unpooled', '--connection-limit 10 --tps 50', '--compare 10/0,90/50 --tps 50'])(
    'is refused beside %s, which searches for no size; its variable is not',
    async (line) => {
      await expect(taskOf(`${line} --instances 3`)).rejects.toMatchObject({
        code: 'INPUT_CONTRADICTION',
        message: expect.stringMatching(/^--instances and --\S+ cannot both be given\.$/),
      });
      expect(await taskOf(line, { POOLCTL_INSTANCES: '3' })).not.toHaveProperty('instances');
    },
  );
});

describe('probe --per-instance', () => {
  const refusal = (line: string) => taskOf(line).catch((error: unknown) => error);

  it('loads all instances at once, each with that pool and --tps of its own', async () => {
    const line = '--instances 20 --per-instance 9/9/30s';
    const task = { kind: 'load', instances: 20, pool: { connectionLimit: 9, queueLimit: 9, acquireTimeoutMs: 30_000 } };
    expect(await taskOf(`${line} --tps 10`)).toEqual({ ...task, tps: 10 });
    expect(await taskOf(`${line} --concurrency 200`)).toEqual({ ...task, concurrency: 200 });
    expect(await taskOf('--per-instance 9/9/30s', { POOLCTL_INSTANCES: '20' })).toEqual(task);
  });

  it('wants as many threads as the rate of all needs', async () => {
    const inputOf = async (tps: number) => (await inputFor(`--tps ${tps} --instances 20 --per-instance 9`)).threads;
    expect(await inputOf(10)).toBe(1);
    expect(await inputOf(5_000)).toBe(Math.max(1, Math.min(10, availableParallelism() - 1)));
  });

  it.each([
    ['--instances 20 --connection-limit 9', '--per-instance and --connection-limit cannot both be given.'],
    ['--instances 20 --queue-limit 9', '--per-instance and --queue-limit cannot both be given.'],
    ['--instances 20 --sizes 5,10', '--sizes and --per-instance cannot both be given.'],
    ['--instances 20 --compare 10,20', '--compare and --per-instance cannot both be given.'],
    ['--instances 20 --stall', '--stall and --per-instance cannot both be given.'],
    ['--instances 20 --verify size.json', '--verify and --per-instance cannot both be given.'],
    ['--instances 20 --tps 10 --concurrency 40', '--tps and --concurrency cannot both be given.'],
    [
      '--instances 20 --concurrency 19',
      '--concurrency 19 is of all instances, and fewer than their 20: some would have nothing to do.',
    ],
    ['--tps 10', '--per-instance is the pool of each instance, but how many are there?'],
  ])('is refused beside %s', async (line, message) => {
    expect(await refusal(`--per-instance 9/9/30s ${line}`)).toMatchObject({ message });
  });

  it('is what --instances beside one pool is told of', async () => {
    expect(await refusal('--connection-limit 9 --tps 10 --instances 20')).toMatchObject({
      hint: expect.stringContaining('--per-instance 9/9/30s'),
    });
    expect(await refusal('--concurrency 9 --instances 20')).toMatchObject({ code: 'INPUT_CONTRADICTION' });
  });
});

describe('probe --verify of an answer for several pools', () => {
  /** What `poolctl size` answers, as far as a probe reads it. */
  const sized = (file: string, splitBy?: string) => {
    const load = { poolArrivalRatePerSecond: 30, connectionsPerRequest: 1, ...(splitBy && { split: { splitBy } }) };
    const outlook = { hold: { meanMs: 50, scv: 1, law: { kind: 'exponential', meanMs: 50 } } };
    const result = { connectionLimit: 4, queueLimit: 5, acquireTimeoutMs: 30_000, load, outlook };
    const document = { schema: 'poolctl.size/1', result: { ...result, fleet: { normal: { pools: 4 } } } };
    writeFileSync(join(folder, file), JSON.stringify(document));
    return `--verify ${file}`;
  };
  const pool = { connectionLimit: 4, queueLimit: 5, acquireTimeoutMs: 30_000 };

  it('is of one of them, or of as many as are asked for', async () => {
    const line = sized('size.json');
    const one = await taskOf(line, { POOLCTL_INSTANCES: '4' });
    expect(one).toMatchObject({ kind: 'verify', pool, tps: 30, source: 'size.json, one of its 4 pools' });
    expect(one).not.toHaveProperty('instances');
    const all = await taskOf(`${line} --instances 4`);
    expect(all).toMatchObject({ kind: 'verify', pool, tps: 30, instances: 4, source: 'size.json' });
    expect(all).not.toHaveProperty('splitBy');
  });

  it('deals requests as the answer was told, where a probe can', async () => {
    expect(await taskOf(`${sized('turn.json', 'round-robin')} --instances 4`)).toMatchObject({
      splitBy: 'round-robin',
    });
    await expect(taskOf(`${sized('least.json', 'least-busy')} --instances 4`)).rejects.toMatchObject({
      code: 'INPUT_CONTRADICTION',
      message: 'least.json is for requests that go to the least busy pool; probe deals them by lot or in turn.',
    });
    expect(await taskOf(sized('least.json', 'least-busy'))).not.toHaveProperty('instances');
  });
});
