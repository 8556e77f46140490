import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import { fateOf } from '../../probe/analyse/served.ts';
import type { ProbeResult, ProbeRun, SplitFigures, SplitWait } from '../../probe/result.ts';
import type { TableView } from '../../render/view.ts';
import { timeText } from './text.ts';

type Split = { readonly run: ProbeRun; readonly instances: number; readonly figures: SplitFigures };

/** Of a load of several instances: what was measured, and what the model says of their pools and of one pool of all. */
export function splitTable(result: ProbeResult): TableView | undefined {
  const split = splitOf(result);
  if (!split) return undefined;
  const { run, figures } = split;
  const row = (name: string, { waitProbability, meanWaitMs, p99WaitMs, lostRatio }: Partial<SplitWait>) => [
    name,
    waitProbability === undefined ? 'none' : formatRatio(waitProbability),
    timeText(meanWaitMs),
    timeText(p99WaitMs),
    formatRatio(lostRatio ?? 0),
  ];
  const measured = {
    ...(run.waitProbability && { waitProbability: run.waitProbability.value }),
    ...(run.meanWaitMs && { meanWaitMs: run.meanWaitMs.value }),
    ...(run.p99WaitMs && { p99WaitMs: run.p99WaitMs.value }),
    lostRatio: fateOf(run).lostRatio,
  };
  return {
    title: `What a pool for each instance costs; requests find theirs ${figures.splitBy === 'random' ? 'by lot' : 'in turn'}`,
    head: ['', 'waited', 'mean wait', 'p99 wait', 'lost'],
    rows: [
      row(`measured, ${poolsOf(split)}`, measured),
      row('the model of them', figures.instances),
      row(`the model of ${onePoolOf(split)}`, figures.onePool),
    ],
    rightAligned: [1, 2, 3, 4],
  };
}

/** The same in a sentence; of what grows without end there are no waits to tell. */
export function splitSentence(result: ProbeResult): string | undefined {
  const split = splitOf(result);
  if (!split) return undefined;
  const { instances, onePool } = split.figures;
  if (instances.meanWaitMs === undefined || onePool.meanWaitMs === undefined) return undefined;
  const [each, one] = [instances.meanWaitMs, onePool.meanWaitMs].map(formatDuration);
  return `By the model requests wait ${each} on average in ${poolsOf(split)}, and would wait ${one} in ${onePoolOf(split)}.`;
}

/** `20 pools of 9 connections, 180 in all,`; `3 pools, 11 connections in all,` where not all have the same; `9 connections` for one. */
export function connectionsText({
  pool,
  instances,
  connectionsInAll,
}: Pick<ProbeRun, 'pool' | 'instances' | 'connectionsInAll'>): string {
  const each = formatCount(pool.connectionLimit, 'connection');
  if (instances === undefined) return each;
  const pools = formatCount(instances, 'pool');
  if (connectionsInAll !== undefined) return `${pools}, ${formatCount(connectionsInAll, 'connection')} in all,`;
  return `${pools} of ${each}, ${formatNumber(instances * pool.connectionLimit)} in all,`;
}

function splitOf({ split: figures, runs: [run] }: ProbeResult): Split | undefined {
  return figures && run?.instances ? { run, instances: run.instances, figures } : undefined;
}

function poolsOf({ run, instances }: Split): string {
  const { pool, connectionsInAll } = run;
  const count = `${formatNumber(instances)} pools`;
  if (connectionsInAll !== undefined) return `${count} with ${formatNumber(connectionsInAll)} in all`;
  return `${count} of ${formatNumber(pool.connectionLimit)}`;
}

function onePoolOf({ run, instances }: Split): string {
  return `one pool of ${formatNumber(run.connectionsInAll ?? instances * run.pool.connectionLimit)}`;
}
