import type { JudgedServer } from '../judge/judge-server.ts';
import { ServerLoad } from '../server-load.ts';
import type { ServiceDemand } from '../service-demand.ts';
import { greatest } from '../what-fits.ts';

/** What would make room by one service alone, the one that takes most: a smaller pool or fewer instances. */
export function whatFitsAlone({ server, load, answer, rows }: JudgedServer): string {
  const { usable = 0 } = answer;
  const none =
    'No change of one service alone makes room: take the sizes that `poolctl fleet` lists, which fit together.';
  const takers = [...answer.shares.keys()].sort(
    (a, b) => (answer.shares[b]?.worst.connections ?? 0) - (answer.shares[a]?.worst.connections ?? 0),
  );
  const row = takers.map((index) => rows[index]).find((one) => one && one.demand.service.pooler === undefined);
  const found = row ?? rows[takers[0] ?? 0];
  if (!found) return none;
  const { demand, answer: own } = found;
  const fits = (changed: ServiceDemand) => {
    const demands = load.input.demands.map((one) => (one === demand ? changed : one));
    return new ServerLoad({ ...load.input, demands }).peak('worst').connections <= usable;
  };
  const beside = own.pool.kind === 'known' ? own.pool.value - demand.pool : 0;
  const pool =
    own.largestPool === undefined ? 0 : greatest(own.largestPool - beside, (size) => fits({ ...demand, pool: size }));
  const most =
    own.mostInstances === undefined
      ? 0
      : greatest(own.mostInstances, (count) =>
          fits({ ...demand, instances: { normal: Math.min(count, demand.instances.normal), most: count } }),
        );
  const { name, pooler } = demand.service;
  const size = pooler === undefined ? `a pool of ${pool}` : `${pool} connections of a process`;
  const options = [
    ...(pool > 0 ? [`${size} fits`.replace('process fits', 'process fit')] : []),
    ...(most > 0 ? [`${most} ${most === 1 ? 'instance' : 'instances'} with ${demand.pool}`] : []),
  ];
  if (options.length === 0) return none;
  return `Of ${name}, ${options.join(pool > 0 ? ', or ' : '')}${pool > 0 ? '' : ' fit'}${server.isBudgeted ? '' : ''}.`;
}
