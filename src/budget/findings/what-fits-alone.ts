import { formatCount } from '../../base/units.ts';
import type { JudgedServer } from '../judge/judge-server.ts';

/** What would make room by one service alone, the one that takes most: a smaller pool or fewer instances. */
export function whatFitsAlone(judged: JudgedServer): string {
  const taker = largestTaker(judged);
  const options = taker ? optionsOf(taker) : [];
  if (!taker || options.length === 0) {
    return 'No change of one service alone makes room: take the sizes that `poolctl fleet` lists, which fit together.';
  }
  return `Of ${taker.demand.service.name}, ${options.join(', or ')}.`;
}

type Row = JudgedServer['rows'][number];

/** Poolers come last: their pools are the business of those who use them. */
function largestTaker({ rows, load }: JudgedServer): Row | undefined {
  const peak = load.peak('worst');
  const isPooler = ({ demand }: Row) => demand.service.pooler !== undefined;
  const takes = new Map(rows.map((row) => [row, load.shareIn(peak, row.demand)]));
  const sorted = [...rows].sort((a, b) => (takes.get(b) ?? 0) - (takes.get(a) ?? 0));
  return sorted.find((row) => !isPooler(row)) ?? sorted[0];
}

/** "a pool of 10 fits", "2 instances with 24 fit": in its own roll-out, and in that of any other. */
function optionsOf({ demand, answer }: Row): string[] {
  const { largestPool = 0, mostInstances: most = 0 } = answer.inAnyMinute ?? {};
  const pool = largestPool - (answer.pool.kind === 'known' ? answer.pool.value - demand.pool : 0);
  const size = demand.service.pooler === undefined ? `a pool of ${pool} fits` : `${pool} connections of a process fit`;
  const instances = `${formatCount(most, 'instance')} with ${demand.pool}${pool > 0 ? '' : most === 1 ? ' fits' : ' fit'}`;
  return [...(pool > 0 ? [size] : []), ...(most > 0 ? [instances] : [])];
}
