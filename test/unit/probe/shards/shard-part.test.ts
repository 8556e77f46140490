import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../../../src/base/io.ts';
import { addFlags, optionReader } from '../../../../src/cli/options.ts';
import { partFlags } from '../../../../src/commands/probe/flags.ts';
import { shardPartOf } from '../../../../src/commands/probe/shard-part.ts';

type Env = Readonly<Record<string, string>>;

function partOf(line: string, env: Env = {}, shards = 3) {
  const command = new Command();
  addFlags(command, partFlags);
  command.parse(line.split(' ').filter(Boolean), { from: 'user' });
  return shardPartOf(optionReader(command, { env } as unknown as Io), env, { shards });
}

const array = (id: number, more: Env = {}): Env => ({
  ...{
    SLURM_ARRAY_TASK_ID: `${id}`,
    SLURM_ARRAY_TASK_COUNT: '3',
    SLURM_ARRAY_TASK_MIN: '0',
    SLURM_ARRAY_TASK_MAX: '2',
  },
  ...{ SLURM_NTASKS: '1', SLURM_PROCID: '0' },
  ...more,
});

describe('which shard of a plan a process is', () => {
  it.each<[string, string, Env, number]>([
    ['--shard, which counts from 1', '--shard 3/3', {}, 2],
    ['POOLCTL_SHARD', '', { POOLCTL_SHARD: '1/3' }, 0],
    ['an Indexed Job of Kubernetes', '', { JOB_COMPLETION_INDEX: '1' }, 1],
    ['a job array of Slurm', '', array(2), 2],
    ['one that begins at 1', '', array(1, { SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_MAX: '3' }), 0],
    ['one in steps: 4-8:2', '', array(8, { SLURM_ARRAY_TASK_MIN: '4', SLURM_ARRAY_TASK_STEP: '2' }), 2],
    ['srun in a job of three tasks', '', { SLURM_PROCID: '1', SLURM_NTASKS: '3' }, 1],
    [
      'srun in an array of one task',
      '',
      { ...array(0), SLURM_ARRAY_TASK_COUNT: '1', SLURM_NTASKS: '3', SLURM_PROCID: '2' },
      2,
    ],
  ])('is said by %s', (_by, line, env, index) => {
    expect(partOf(line, env)).toEqual({ index, of: 3 });
  });

  it('is said by --shard first, then by Kubernetes, then by an array, then by srun', () => {
    const all = { JOB_COMPLETION_INDEX: '1', ...array(2), SLURM_NTASKS: '3', SLURM_PROCID: '0' };
    expect(partOf('--shard 1/3', all).index).toBe(0);
    expect(partOf('', all).index).toBe(1);
    const { JOB_COMPLETION_INDEX: _, ...slurm } = all;
    expect(partOf('', slurm).index).toBe(2);
  });

  it.each<[string, string, Env]>([
    ['another number of shards', '--shard 3/4', {}],
    ['an index beyond the last', '', { JOB_COMPLETION_INDEX: '3' }],
    ['an array of another size', '', array(0, { SLURM_ARRAY_TASK_COUNT: '4' })],
    ['an array whose numbers have gaps', '', array(7, { SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_MAX: '7' })],
    ['an array in other steps', '', array(3, { SLURM_ARRAY_TASK_STEP: '2' })],
    ['a job of more tasks', '', { SLURM_PROCID: '1', SLURM_NTASKS: '4' }],
    ['an index that is none', '', { JOB_COMPLETION_INDEX: 'one' }],
  ])('contradicts the plan with %s', (_what, line, env) => {
    expect(() => partOf(line, env)).toThrow(
      expect.objectContaining({ code: 'INPUT_CONTRADICTION', hint: expect.stringContaining('--shard 1/3') }),
    );
  });

  it('has to be said', () => {
    expect(() => partOf('', { SLURM_NTASKS: '1', SLURM_PROCID: '0' })).toThrow(
      expect.objectContaining({ code: 'INPUT_MISSING', hint: expect.stringContaining('--shard 1/3') }),
    );
  });

  it.each(['3', '0/3', '4/3', '-1/3', '1/3/5', 'a/b'])('is never %j', (text) => {
    expect(() => partOf(`--shard=${text}`)).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }));
  });
});
