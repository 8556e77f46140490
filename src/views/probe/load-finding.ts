import { formatCount, formatDuration, formatRatio, perSecond } from '../../base/units.ts';
import { fateOf, hasStoodStill, isCarried, leastStillWaiting } from '../../probe/analyse/served.ts';
import type { ProbeRun } from '../../probe/result.ts';
import type { View } from '../../render/view.ts';
import type { Estimate } from '../../stats/estimate.ts';
import { intervalText } from '../../stats/interval-text.ts';
import { connectionsText } from './split.ts';
import { timeText } from './text.ts';

type LoadFinding = Pick<NonNullable<View['verdict']>, 'answer' | 'text'>;

/** Whether the load was served as it was wanted. */
export function loadFinding(run: ProbeRun | undefined): LoadFinding {
  if (!run) return { answer: 'yes', text: '' };
  const isServed = isCarried(run);
  const text = `${servedText(run, isServed)}${timesText(run)}${lostText(run)}`;
  const lag = timeText(run.lagMs.p99);
  if (!isServed && hasStoodStill(run)) {
    const unsent = formatCount(run.unsent, 'request');
    return {
      answer: 'unknown',
      text: `${text}; but poolctl itself stood still and did not send ${unsent} in time (p99 ${lag} late), so nobody knows what would have been served.`,
    };
  }
  if (!isServed) return { answer: 'no', text: `${text}.` };
  if (run.trustworthy) return { answer: 'yes', text: `${text}.` };
  return {
    answer: 'unknown',
    text: `${text}; but poolctl itself was late (p99 ${lag}), so its times are not the server's.`,
  };
}

function servedText(run: ProbeRun, isServed: boolean): string {
  const { pool, throughputPerSecond, wantedPerSecond, completed, requests, overCapacity } = run;
  const connections = connectionsText(run);
  const verb = pool.connectionLimit * (run.instances ?? 1) === 1 ? 'serves' : 'serve';
  const served = perSecond(throughputPerSecond.value);
  if (isServed && isWithin(wantedPerSecond, throughputPerSecond))
    return `${connections} ${verb} ${perSecond(wantedPerSecond)}`;
  const wanted = wantedPerSecond === undefined ? served : perSecond(wantedPerSecond);
  const of = wanted === served ? served : `${served} of ${wanted}`;
  // What it served then had come before the run.
  const none = completed === 0 ? `, and none of the ${formatCount(requests, 'request')} that came in the run` : '';
  const over = overCapacity && !hasStoodStill(run) ? ', and more was due than could be served' : '';
  return `${connections} ${verb} ${of}${none || over}`;
}

/** What was served differs from what was wanted by chance only, as the arrivals do. */
function isWithin(wanted: number | undefined, { low, high }: Estimate): wanted is number {
  return wanted !== undefined && wanted >= low && wanted <= high;
}

function timesText({ p99WaitMs, totalMs, trustworthy }: ProbeRun): string {
  if (!trustworthy || !p99WaitMs || totalMs.p95 === undefined) return '';
  return `: p99 wait ${intervalText(p99WaitMs, formatDuration)}, p95 in all ${formatDuration(totalMs.p95)}`;
}

function lostText(run: ProbeRun): string {
  const { lostRatio, stillWaitingRatio } = fateOf(run);
  const waiting =
    stillWaitingRatio > leastStillWaiting ? `, ${formatRatio(stillWaitingRatio)} still waiting at the end` : '';
  return `, ${formatRatio(lostRatio)} lost${waiting}`;
}
