import { shellWord } from '../../base/shell-word.ts';
import type { JobKind } from './kind.ts';
import { shardNeeds } from './needs.ts';

/** Slurm counts in minutes, and sends the signal up to one early. */
const spareMinutes = 2;

/** One job with a task for each shard. */
export const slurm: JobKind = {
  title: 'one job, with srun for the shards',
  write({ plan, planFile }) {
    const { longestMs, threads, graceSeconds } = shardNeeds(plan);
    const minutes = Math.ceil(longestMs / 60_000) + spareMinutes;
    return `#!/bin/bash
# Written by poolctl probe --emit-job slurm: ${plan.shards} shards of plan ${plan.id}.
#
# Hand it in from a folder that all nodes see and that has the plan in it; poolctl is
# on the PATH of all nodes:
#   sbatch job.sh
# When it has ended:
#   poolctl report --shards shard-*.json
#
# One job and no array: the tasks of a job start together or not at all. Shards of an
# array that find no node would leave the others waiting for them.
#SBATCH --job-name=poolctl-${plan.id}
#SBATCH --ntasks=${plan.shards}
#SBATCH --cpus-per-task=${threads}
#SBATCH --time=${minutes}
#SBATCH --signal=TERM@${graceSeconds}
#SBATCH --output=poolctl-${plan.id}.log
# A second run would be at another time, and each shard refuses it.
#SBATCH --no-requeue
# Take one # away for a node of its own for each shard:
##SBATCH --ntasks-per-node=1

# The DSN: DATABASE_URL of the environment, or a file with the line DATABASE_URL=…
# that only you may read.
if [ -z "\${DATABASE_URL:-}" ]; then export POOLCTL_URL_FILE="\${POOLCTL_URL_FILE:-probe.env}"; fi
export plan=${shellWord(planFile)}

# A shard that ends early stops the others by itself, and they write what they have:
# Slurm is not to kill them. srun does not know --cpus-per-task from above.
exec srun --ntasks=${plan.shards} --cpus-per-task=${threads} --kill-on-bad-exit=0 --output=poolctl-${plan.id}-%t.log \\
  bash -c 'n=$((SLURM_PROCID + 1))
    exec poolctl probe --plan "$plan" --shard "$n/${plan.shards}" --save "shard-$n.json" --no-progress'
`;
  },
};
