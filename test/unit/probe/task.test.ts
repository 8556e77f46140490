import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../../src/base/io.ts';
import { addFlags, optionReader } from '../../../src/cli/options.ts';
import { guardFlags, taskFlags, trafficFlags, workFlags } from '../../../src/commands/probe/flags.ts';
import { probeInput } from '../../../src/commands/probe/input.ts';

/** What `poolctl probe` with these flags is to do. */
async function taskOf(line: string, env: Readonly<Record<string, string>> = {}) {
  const command = new Command();
  addFlags(command, { ...workFlags, ...trafficFlags, ...taskFlags, ...guardFlags });
  command.parse(line.split(' '), { from: 'user' });
  const io = { env } as unknown as Io;
  return (await probeInput(optionReader(command, io), io, undefined)).task;
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
