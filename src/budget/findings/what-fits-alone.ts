import { formatCount } from '../../base/units.ts';
import type { ServiceAnswer } from '../answer.ts';
import { mostRunsOf } from '../judge/answer-service.ts';
import type { JudgedServer } from '../judge/judge-server.ts';
import { besideAt, type ServiceDemand, takenAt } from '../service-demand.ts';
import { greatest } from '../what-fits.ts';

/** What would make room by one service alone, the one that takes most: a smaller pool or fewer instances. */
export function whatFitsAlone(judged: JudgedServer): string {
  const taker = largestTaker(judged);
  const options = taker ? optionsOf(taker, judged) : [];
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

/** "a pool of 10 fits", "2 instances with 24 each fit": in its own roll-out, and in that of any other. */
function optionsOf({ demand, answer }: Row, { load, usable: { usable = 0 } }: JudgedServer): string[] {
  const runs = mostRunsOf(demand, load);
  const left = usable - load.besidesRunning(demand);
  const fits = (changed: ServiceDemand, instances: number) =>
    takenAt(changed, instances, runs) + besideAt(changed, instances, load.input) <= left;
  const pool = greatest(ownLargest(demand, answer), (size) => fits({ ...demand, pool: size }, demand.instances.most));
  const most = greatest(answer.mostInstances ?? 0, (count) => fits(demand, count));
  const size = demand.service.pooler === undefined ? `a pool of ${pool} fits` : `${pool} connections of a process fit`;
  const instances = `${formatCount(most, 'instance')} with ${demand.pool}${pool > 0 ? '' : most === 1 ? ' fits' : ' fit'}`;
  return [...(pool > 0 ? [size] : []), ...(most > 0 ? [instances] : [])];
}

/** Without what an instance has beside its pool. */
function ownLargest(demand: ServiceDemand, { pool, largestPool = 0 }: ServiceAnswer): number {
  return largestPool - (pool.kind === 'known' ? pool.value - demand.pool : 0);
}
