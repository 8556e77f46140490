import { formatCount } from '../../base/units.ts';
import { addedAt, addedInstances, instanceOf, type RolloutCount, type ServiceDemand } from '../service-demand.ts';

/** How a service's worst minute comes about: "(7 + 2 in a roll-out) x 24", "16 x 4 processes x 62". */
export function worstWords(demand: ServiceDemand, count: RolloutCount & { readonly runs: number }): string {
  const { extras } = demand;
  const isAlways = demand.service.runs.kind === 'always';
  const beside = [
    ...(isAlways && extras['new instance'] > 0 ? [`${extras['new instance']} of each that starts`] : []),
    ...(extras.service > 0 ? [`${extras.service} in all`] : []),
    ...(extras.rollout > 0 ? [`${extras.rollout} of the roll-out`] : []),
  ];
  return [poolsWords(demand, count), ...beside].filter((words) => words !== '').join(' + ');
}

function poolsWords(demand: ServiceDemand, count: RolloutCount & { readonly runs: number }): string {
  const { service, instances, pool, processes, extras } = demand;
  const { dividedTotal } = service;
  const outside = extras.instance > 0 && processes !== 1 ? extras.instance : 0;
  if (dividedTotal !== undefined) {
    const added = addedAt(demand, instances.most, count) - extras.rollout;
    const divided = `${dividedTotal} divided among ${formatCount(instances.most, 'instance')}`;
    return added > 0 ? `${divided}, and ${added} while a roll-out changes their number` : divided;
  }
  if (instanceOf(demand) === 0) return '';
  const each = processes === 1 ? instanceOf(demand) : pool;
  const factors = [
    ...(count.runs > 1 ? [`${count.runs} runs`] : []),
    instancesWords(demand, count),
    ...(processes === 1 ? [] : [`${processes} processes`]),
    `${each}`,
  ];
  return `${factors.join(' x ')}${outside > 0 ? ` + ${outside} of each instance` : ''}`;
}

function instancesWords(demand: ServiceDemand, count: RolloutCount): string {
  const { most } = demand.instances;
  if (demand.service.runs.kind !== 'always') return `${most}`;
  const added = addedInstances(demand, most, count);
  if (added === 0) return `${most}`;
  return count.countsTerminating && demand.service.terminates
    ? `(${most} + ${added} old ones that end)`
    : `(${most} + ${added} in a roll-out)`;
}
