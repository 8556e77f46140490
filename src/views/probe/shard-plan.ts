import { shellWord } from '../../base/shell-word.ts';
import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import type { ShardPlan } from '../../probe/shards/model.ts';
import type { PlannedShards } from '../../probe/shards/plan.ts';
import type { SnippetView, View } from '../../render/view.ts';
import { guardTable } from './tables.ts';

/** What is planned, and what to run next. `file`: where it was written; undefined where it was not. */
export function shardPlanView({ plan, guards }: PlannedShards, file: string | undefined): View {
  const { shards, guard, server, workload, meeting, steps } = plan;
  const { budget, connectionsByShard } = guard;
  const atPeak = connectionsByShard.reduce((sum, own) => sum + own, 0);
  const seconds = formatNumber(Math.ceil(secondsOf(plan)));
  return {
    headline: `${file === undefined ? 'would plan' : 'planned'} ${formatNumber(shards)} shards on ${server.address}, for about ${seconds} s`,
    verdict: {
      answer: 'yes',
      text: `${formatCount(atPeak, 'connection')} at once in all, of ${formatNumber(budget.allowed)} that the guard allows, and ${formatNumber(shards)} that watch.`,
      details: [
        sharedSentence(plan),
        `They begin ${formatDuration(meeting.leadMs)} after the last of them has come, and wait ${formatDuration(meeting.waitMs)} for it.`,
      ],
    },
    tables: [
      {
        title: 'Plan',
        rows: [
          ['plan', plan.id, `sha256 ${plan.hash.slice(0, 16)}…`],
          ['workload', workload.name, workload.description],
          [
            'free now',
            formatNumber(budget.freeConnections),
            `of ${formatNumber(budget.usableConnections)}, by ${budget.limitedBy}`,
          ],
          ['allowed', formatNumber(budget.allowed), `${formatRatio(budget.share)} of the free ones (--share)`],
          ['in each', partsText(connectionsByShard), 'connections of the load, beside one that watches'],
        ],
      },
      {
        title: 'Steps, from the common start',
        head: ['from', 'warm-up', 'measured', 'step'],
        rows: steps.map(({ label, startMs, plan: { warmupMs, durationMs } }) => [
          formatDuration(startMs),
          formatDuration(warmupMs),
          formatDuration(durationMs),
          label,
        ]),
        rightAligned: [0, 1, 2],
      },
      guardTable(guards),
    ],
    ...(file !== undefined && { snippets: [nextCommands(plan, file)] }),
  };
}

/** From the meeting of all shards to the end of the last window. */
function secondsOf({ meeting, steps }: ShardPlan): number {
  const last = steps.at(-1);
  const lastMs = last ? last.startMs + last.plan.warmupMs + last.plan.durationMs : 0;
  return (meeting.leadMs + lastMs) / 1_000;
}

function sharedSentence({ question, load, shards, steps: [step] }: ShardPlan): string {
  if (question.kind === 'ramp') {
    const proof = load.tps === undefined ? '' : ' The proof at the rate is a plan of its own, which the report names.';
    return `Sizes are of all shards together: each has a pool of its own, and they are ${formatNumber(shards)} pools.${proof}`;
  }
  const instances = step?.plan.instances;
  const tps = load.tps && load.tps * (instances ?? 1);
  const what = tps === undefined ? 'Requests' : `${formatNumber(tps)} requests a second`;
  if (instances !== undefined) {
    return `${what} and the ${formatNumber(instances)} instances that they go to, with a pool of their own each, are dealt among ${formatNumber(shards)} shards.`;
  }
  return `${what} and connections are dealt among ${formatNumber(shards)} shards, each with a pool of its own.`;
}

/** `4`, or `4 (2 shards), 3 (1 shard)`. */
function partsText(parts: readonly number[]): string {
  const sizes = [...new Set(parts)];
  if (sizes.length === 1) return formatNumber(sizes[0] ?? 0);
  const countOf = (size: number) => parts.filter((own) => own === size).length;
  return sizes.map((size) => `${formatNumber(size)} (${formatCount(countOf(size), 'shard')})`).join(', ');
}

/** What to run as it is typed: a command that is broken over lines cannot be copied. */
function nextCommands({ shards }: ShardPlan, file: string): SnippetView {
  const plan = shellWord(file);
  return {
    title: 'next',
    language: 'sh',
    text: `# each shard, with the DSN in DATABASE_URL; all at the same time
poolctl probe --plan ${plan} --shard 1/${shards} --save shard-1.json
# or a job that starts them all: kubernetes, slurm or compose
poolctl probe --plan ${plan} --emit-job kubernetes -o job.yaml
# when all have ended
poolctl report --shards shard-*.json
`,
  };
}
