import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../../src/base/io.ts';
import { addFlags, optionReader } from '../../../src/cli/options.ts';
import { guardFlags, taskFlags, trafficFlags, workFlags } from '../../../src/commands/probe/flags.ts';
import { probeInput } from '../../../src/commands/probe/input.ts';

/** What `poolctl probe` with these flags is to do. */
async function taskOf(line: string, env: Readonly<Record<string, string>> = {}) {
  return (await inputFor(line, env)).task;
}

async function inputFor(line: string, env: Readonly<Record<string, string>> = {}) {
  const command = new Command();
  addFlags(command, { ...workFlags, ...trafficFlags, ...taskFlags, ...guardFlags });
  command.parse(line.split(' '), { from: 'user' });
  const io = { env } as unknown as Io;
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
