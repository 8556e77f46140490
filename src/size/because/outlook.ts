import { formatNumber, formatRatio } from '../../base/units.ts';
import { type StatedError, statedError, statedLossError, statedSplitError } from '../../queueing/model-error.ts';
import type { Found } from '../result.ts';
import type { SourceFinder } from '../sources.ts';
import { quantity, type Step } from '../steps.ts';

/** Steps to what the model expects, with the error it is known to have. */
export function outlookSteps({ outlook, load, connectionLimit }: Found, from: SourceFinder): Step[] {
  if (!outlook || !load) return [];
  const { prediction, targets, hold, smallest } = outlook;
  const [law, connections] = [hold.law ?? hold.scv, connectionLimit - load.batchJobs];
  const ofWaits = load.split ? statedSplitError(load.split.splitBy, law) : statedError(law, connections);
  const lost = prediction.rejectedRatio + prediction.timedOutRatio;
  // Where limits lose requests, the error of that is known, and not that of the waits.
  const error = lost < 0.001 ? errorText(ofWaits) : `the loss is ${errorText(statedLossError(law, connections))}`;
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

function errorText({ low, high, lowConnections, highConnections, isMeasured }: StatedError): string {
  if (low === 0 && high === 0) return 'exact for exponential hold times';
  const range = (least: string, most: string) => `${least} to ${most.startsWith('−') ? '' : '+'}${most}`;
  const waits = range(formatRatio(low), formatRatio(high));
  const connections = range(formatNumber(lowConnections), formatNumber(highConnections));
  const outside = isMeasured ? '' : '; such hold times or pools were not measured, these are the nearest';
  return `off by ${waits} for nine of ten workloads with such hold times and connections, against simulation (npm run bench), and the smallest pool by ${connections} connections${outside}; bursts are not in it`;
}
