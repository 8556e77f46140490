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
# In a folder that all nodes see, with the plan in it, and poolctl on the PATH of all:
#   sbatch job.sh
# When it has ended:
#   poolctl report --shards shard-*.json
#
# One job and not an array: the tasks of a job start together or not at all. Shards of an array that find no node would leave
# the others waiting for them.
#SBATCH --job-name=poolctl-${plan.id}
#SBATCH --ntasks=${plan.shards}
#SBATCH --cpus-per-task=${threads}
#SBATCH --time=${minutes}
#SBATCH --signal=TERM@${graceSeconds}
#SBATCH --output=poolctl-${plan.id}.log
# What has run is over: a second run would be at another time.
#SBATCH --no-requeue
# A node for each shard:
##SBATCH --ntasks-per-node=1

# The DSN: DATABASE_URL, or a file that nobody else may read, with one line DATABASE_URL=…
if [ -z "\${DATABASE_URL:-}" ]; then export POOLCTL_URL_FILE="\${POOLCTL_URL_FILE:-probe.env}"; fi
export plan=${quoted(planFile)}

# A shard that ends stops the others by itself; they shall write what they have. srun does not know --cpus-per-task from above.
exec srun --ntasks=${plan.shards} --cpus-per-task=${threads} --kill-on-bad-exit=0 --output=shard-%t.log \\
  bash -c 'exec poolctl probe --plan "$plan" --shard "$((SLURM_PROCID + 1))/${plan.shards}" --save "shard-$SLURM_PROCID.json" --no-progress'
`;
  },
};

/** As a shell takes it literally. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
