import { formatRatio } from '../../base/units.ts';
import { statedError } from '../../queueing/model-error.ts';
import type { Found } from '../result.ts';
import type { SourceFinder } from '../sources.ts';
import { quantity, type Step } from '../steps.ts';

/** Steps to what the model expects, with the error it is known to have. */
export function outlookSteps({ outlook, load, connectionLimit }: Found, from: SourceFinder): Step[] {
  if (!outlook || !load) return [];
  const { prediction, targets, hold, smallest } = outlook;
  const { low, high } = statedError(hold.scv);
  const error = `off by ${formatRatio(low)} to +${formatRatio(high)} for nine of ten workloads with such hold times, against simulation (npm run bench); bursts are not in it`;
  const steps: Step[] = [];
  if (prediction.p99WaitMs !== undefined) {
    steps.push({
      label: 'p99 wait',
      formula: 'M/G/c: how many wait (Erlang C), and how long behind busy connections',
      inputs: [
        quantity('connections for requests', connectionLimit - load.batchJobs, 'connections'),
        quantity('load by the mean', load.meanLoad.estimate, 'connections'),
        quantity('mean hold time', hold.meanMs, 'ms', `${hold.family}, from ${hold.basis}`),
        quantity('squared variation of the hold time', hold.scv, 'ratio'),
      ],
      result: quantity('p99 wait', prediction.p99WaitMs, 'ms'),
      source: `Tijms, A First Course in Stochastic Models (2003), chapter 9; ${error}`,
    });
  }
  if (smallest) {
    steps.push({
      label: 'smallest pool within the targets',
      formula: 'the fewest connections that meet all targets: one less misses one',
      inputs: [
        quantity('p99 wait at most', targets.maxWaitP99Ms, 'ms', from('targets.maxWaitP99Ms')),
        quantity('loss at most', targets.maxLossRatio, 'ratio', from('targets.maxLossRatio')),
        quantity('utilization at most', targets.maxUtilization, 'ratio', from('targets.maxUtilization')),
      ],
      result: quantity('smallest pool', smallest.connectionLimit, 'connections'),
      source: 'search over the prediction above',
    });
  }
  return steps;
}
