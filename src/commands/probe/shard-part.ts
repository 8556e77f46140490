import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { ShardPart, ShardPlan } from '../../probe/shards/model.ts';
import { partFlags } from './flags.ts';

/** Which shard somebody says that this is, and of how many, where that is said. `index` counts from 0. */
interface Said {
  readonly source: string;
  readonly index: number;
  readonly of?: number;
}

/**
 * Which shard of the plan this process is: by --shard, else as a Job of Kubernetes or a job of Slurm numbers it. An array of
 * one task, and a job of one, number nothing: each task of an array is a job of its own.
 * @throws PoolctlError INPUT_MISSING where nobody says it, INPUT_CONTRADICTION where it is no shard of this plan
 */
export function shardPartOf(read: ReadOption, env: Io['env'], { shards }: Pick<ShardPlan, 'shards'>): ShardPart {
  const said = byFlag(read) ?? byKubernetes(env) ?? bySlurmArray(env) ?? bySlurmTask(env);
  if (!said) {
    throw new PoolctlError('INPUT_MISSING', `Which of the ${shards} shards of the plan is this?`, {
      hint: `Add --shard 1/${shards}; in an Indexed Job of Kubernetes, a job array of Slurm or under srun it is known.`,
    });
  }
  const { source, index, of = shards } = said;
  if (of !== shards) {
    throw contradiction(`${source} is of ${of} shards, and the plan is for ${shards}.`, shards);
  }
  if (!Number.isInteger(index) || index < 0 || index >= shards) {
    throw contradiction(`${source} is none of the ${shards} shards of the plan.`, shards);
  }
  return { index, of };
}

function contradiction(message: string, shards: number): PoolctlError {
  return new PoolctlError('INPUT_CONTRADICTION', message, {
    hint: `Start exactly ${shards} of them, or say which this is: --shard 1/${shards}.`,
  });
}

function byFlag(read: ReadOption): Said | undefined {
  const given = read(partFlags.shard);
  if (!given) return undefined;
  const { number, of } = given.value;
  return { source: `${given.source} ${number}/${of}`, index: number - 1, of };
}

function byKubernetes(env: Io['env']): Said | undefined {
  const index = env['JOB_COMPLETION_INDEX'];
  return index ? { source: `JOB_COMPLETION_INDEX ${index}`, index: numberOf(index) } : undefined;
}

/** Arrays may begin at any number, and take steps: 1-3, 0-8:2. */
function bySlurmArray(env: Io['env']): Said | undefined {
  const id = env['SLURM_ARRAY_TASK_ID'];
  const of = numberOf(env['SLURM_ARRAY_TASK_COUNT']);
  if (!id || !(of > 1)) return undefined;
  const first = numberOf(env['SLURM_ARRAY_TASK_MIN'] || '0');
  const step = numberOf(env['SLURM_ARRAY_TASK_STEP'] || '1');
  return { source: `SLURM_ARRAY_TASK_ID ${id}`, index: (numberOf(id) - first) / step, of };
}

function bySlurmTask(env: Io['env']): Said | undefined {
  const id = env['SLURM_PROCID'];
  const of = numberOf(env['SLURM_NTASKS']);
  return id && of > 1 ? { source: `SLURM_PROCID ${id}`, index: numberOf(id), of } : undefined;
}

function numberOf(text = ''): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
