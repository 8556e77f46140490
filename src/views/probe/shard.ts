import { formatDuration, formatNumber, perSecond } from '../../base/units.ts';
import { quantileMs } from '../../probe/quantile-ms.ts';
import type { ShardResult, ShardStepRun } from '../../probe/shards/model.ts';
import { shardNames } from '../../probe/shards/shard-names.ts';
import type { TableView, View } from '../../render/view.ts';
import { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { cleanUpTable } from './tables.ts';
import { timeText } from './text.ts';

/** What one shard did. It is no answer: that is of all of them. */
export function shardView(result: ShardResult, save: string | undefined): View {
  const { plan, shard, finished, stoppedBy, clock, startedAt, steps, cleanUp, seconds } = result;
  const name = shardNames([shard], plan.shards);
  const isWhole = finished === 'complete' && steps.length === plan.steps.length;
  return {
    headline: `${name} of plan ${plan.id}: ${finished}`,
    verdict: {
      answer: isWhole ? 'yes' : 'no',
      text: `${formatNumber(steps.length)} of ${formatNumber(plan.steps.length)} steps, in ${formatNumber(Math.round(seconds))} s.`,
      details: [
        ...(stoppedBy ? [stoppedBy.message] : []),
        ...(startedAt ? [`All began at ${startedAt}, by the server's clock.`] : ['It had not begun.']),
        ...(clock
          ? [
              `That clock is ${formatDuration(Math.abs(clock.offsetMs))} ${clock.offsetMs < 0 ? 'behind' : 'ahead of'} the one here, within ${formatDuration(clock.rttMs / 2)}.`,
            ]
          : []),
      ],
    },
    tables: [
      ...(steps.length > 0 ? [stepTable(result)] : []),
      ...(cleanUp ? [cleanUpTable({ cleanUp })] : []),
      nextTable(result, isWhole, save),
    ],
  };
}

function stepTable({ plan, steps }: ShardResult): TableView {
  // A closed loop has no moment at which a request was due.
  const isOpen = steps.some(({ run }) => run.histogramsUs.lag.counts.length > 0);
  const wasLate = steps.some(({ lateMs }) => lateMs > 0);
  return {
    title: "This shard's part",
    head: [
      ...['step', 'served', 'service p95', 'total p95'],
      ...(isOpen ? ['late p99'] : []),
      ...(wasLate ? ['open late'] : []),
    ],
    rows: steps.map((step) => [
      plan.steps[step.step]?.label ?? '',
      ...figuresOf(step, isOpen),
      ...(wasLate ? [step.lateMs > 0 ? formatDuration(step.lateMs) : 'no'] : []),
    ]),
    rightAligned: [1, 2, 3, 4, 5],
  };
}

function figuresOf({ run }: ShardStepRun, isOpen: boolean): string[] {
  const { completed, measuredMs, histogramsUs } = run;
  const time = (name: 'service' | 'total' | 'lag', p: number) =>
    timeText(quantileMs(HdrHistogram.fromData(histogramsUs[name]), p));
  return [
    measuredMs > 0 ? perSecond(completed / (measuredMs / 1_000)) : 'none',
    ...[time('service', 0.95), time('total', 0.95)],
    ...(isOpen ? [time('lag', 0.99)] : []),
  ];
}

function nextTable({ startedAt }: ShardResult, isWhole: boolean, save: string | undefined): TableView {
  const kept = save === undefined ? [] : [['kept in', save]];
  const again = startedAt
    ? 'make a new plan: each shard of a plan runs once'
    : 'start all shards again: none had begun';
  const next = isWhole ? ['when all have ended', 'poolctl report --shards shard-*.json'] : ['to run it again', again];
  return { title: 'Next', rows: [...kept, next] };
}
