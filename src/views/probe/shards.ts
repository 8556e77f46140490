import { formatDuration, formatNumber, perSecond } from '../../base/units.ts';
import type { MergedShards, ProbeResult, ProbeRun, ShardFigures } from '../../probe/result.ts';
import { missingSentence, shardList } from '../../probe/shards-text.ts';
import type { TableView } from '../../render/view.ts';
import { busyText, signedText, timeText } from './text.ts';

/** Shard by shard, and what a late one does to the figures; none where one process was the whole probe. */
export function shardTables({ shards, runs: [run] }: Pick<ProbeResult, 'shards' | 'runs'>): TableView[] {
  if (!shards) return [];
  return [
    shardTable(shards),
    ...(shards.withoutLate && run ? [lateTable(shards, shards.withoutLate, run)] : []),
    ...(shards.leftOut.length > 0 ? [leftOutTable(shards)] : []),
  ];
}

/** What is not in the figures, in sentences for the verdict. */
export function shardSentences({ shards }: Pick<ProbeResult, 'shards'>): string[] {
  if (!shards) return [];
  const { cutToMs, missing } = shards;
  const cut = `The figures are of the first ${formatDuration(cutToMs ?? 0)}, which all shards have.`;
  return missing.length > 0 ? [missingSentence(shards)] : cutToMs === undefined ? [] : [cut];
}

const lateColumn = 4;

function shardTable({ plan, of, missing, each, step }: MergedShards): TableView {
  const name = (shard: number) => `${formatNumber(shard + 1)} of ${formatNumber(of)}`;
  const rows = [
    ...each.map((one) => ({ shard: one.shard, cells: cellsOf(one) })),
    ...missing.map((shard) => ({ shard, cells: ['', '', '', '', '', '', 'no result'] })),
  ];
  // A closed loop has no moments to keep.
  const isOpen = each.some(({ client }) => client.lagP99Ms > 0);
  const shown = (cells: readonly string[]) => cells.filter((_, column) => isOpen || column !== lateColumn);
  return {
    title: `Shards of plan ${plan}${step === undefined ? '' : `, with ${step}`}`,
    head: shown(['shard', 'host', 'pools', 'served', 'late p99', 'clock', 'busy', '']),
    rows: rows
      .sort((left, right) => left.shard - right.shard)
      .map(({ shard, cells }) => shown([name(shard), ...cells])),
    rightAligned: isOpen ? [2, 3, 4, 5, 6] : [2, 3, 4, 5],
  };
}

function cellsOf(figures: ShardFigures): string[] {
  const { host, pools, connections, throughputPerSecond, client, clock } = figures;
  return [
    host,
    poolsCell(pools, connections),
    perSecond(throughputPerSecond),
    formatDuration(client.lagP99Ms),
    clock ? `${signedText(tenth(clock.offsetMs), formatNumber)} ±${formatNumber(tenth(clock.rttMs / 2))} ms` : '',
    busyText(client.eventLoopUtilization),
    noteOf(figures),
  ];
}

/** More digits of a clock would be noise; below that of its error there are none. */
function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Connections are dealt one by one, so pools are equal where their number divides them. */
function poolsCell(pools: number, connections: number): string {
  if (pools === 0) return 'none';
  const each = connections / pools;
  return Number.isInteger(each)
    ? `${formatNumber(pools)} × ${formatNumber(each)}`
    : `${formatNumber(pools)}, ${formatNumber(connections)} in all`;
}

/** What a reader should know of this shard before all else. */
function noteOf({ finished, limitedBy, trustworthy, openedLateMs }: ShardFigures): string {
  return [
    ...(finished === 'complete' ? [] : [finished]),
    ...(limitedBy === undefined ? [] : [`bound by ${limitedBy === 'client' ? 'poolctl' : limitedBy}`]),
    ...(trustworthy || limitedBy !== undefined ? [] : ['late']),
    ...(openedLateMs > 0 ? [`open ${formatDuration(openedLateMs)} late`] : []),
  ].join(', ');
}

function lateTable(shards: MergedShards, rest: NonNullable<MergedShards['withoutLate']>, run: ProbeRun): TableView {
  const row = (name: string, { throughputPerSecond, waitMs, totalMs }: typeof rest | ProbeRun) => [
    name,
    perSecond(throughputPerSecond.value),
    timeText(waitMs.p99),
    timeText(totalMs.p50),
    timeText(totalMs.p95),
    timeText(totalMs.p99),
  ];
  return {
    title: `With and without ${shardList(rest.late)}, which sent late`,
    head: ['', 'served', 'wait p99', 'total p50', 'p95', 'p99'],
    rows: [row(`all ${formatNumber(shards.each.length)}`, run), row('without', rest)],
    rightAligned: [1, 2, 3, 4, 5],
  };
}

function leftOutTable({ leftOut }: MergedShards): TableView {
  return { title: 'Steps left out', rows: leftOut.map(({ label, reason }) => [label, reason]) };
}
