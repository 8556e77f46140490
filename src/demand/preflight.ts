import { redact } from '../base/redact.ts';
import { formatCount, formatNumber, formatRatio, perSecond } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import type { DemandStretch } from './demand.ts';
import { figureTotal, type InstanceFigures, ranShare, type StretchFigures } from './figures.ts';

/** Above this share of the connections in use on average, the pool decides the rate. */
const nearlyFull = 0.9;
/** Of all requests, on average: fewer that wait are chance. */
const waitingShare = 0.05;
const servedShare = 0.95;
const fewestReadings = 4;
const fewestHolds = 100;
const coveredShare = 0.8;
const unevenRatio = 1.2;
/** Connections in use by hold times and by gauge may differ by chance, and not by more than this. */
const contradiction = 3;

/** What speaks against sizing a pool by these figures. */
export function preflight(figures: StretchFigures, stretch: DemandStretch): Warning[] {
  return [
    ...closedLoop(figures, stretch),
    ...uncountedLosses(figures, stretch),
    ...notServed(figures, stretch),
    ...units(figures, stretch),
    ...restarted(figures),
    ...gaps(figures, stretch),
    ...uneven(stretch),
  ];
}

/** How full the pool was, and how many waited, as far as both are told. */
function pressure({ instances }: StretchFigures, { inUse, waiters }: DemandStretch) {
  const limit = figureTotal(instances, 'limit', ranShare(instances));
  const used = figureTotal(instances, 'inUse', ranShare(instances)) ?? inUse;
  // The time to get a connection is more than the time in the queue.
  const isQueue = instances.some(({ waiting, queuedMs }) => (waiting ?? queuedMs) !== undefined);
  const isFull = limit !== undefined && used !== undefined && used >= nearlyFull * limit;
  const doWait = isQueue && waiters !== undefined && waiters >= Math.max(1, waitingShare * (used ?? 0));
  return [
    ...(isFull ? [`${formatNumber(used)} of ${formatNumber(limit)} connections were in use on average`] : []),
    ...(doWait ? [`${formatNumber(waiters)} requests waited on average`] : []),
  ].join(', and ');
}

function closedLoop(figures: StretchFigures, stretch: DemandStretch): Warning[] {
  const facts = pressure(figures, stretch);
  if (facts === '') return [];
  return [
    {
      code: 'DEMAND_CLOSED_LOOP',
      message: `${facts}: the rate is what the pool let through, and what is asked for may be more.`,
      hint: 'Raise the pool first and measure again, or size by the rate of requests in front of it: --total-tps with &metric= of the web server.',
    },
  ];
}

/** A pooler or a server tells of those whom it serves. */
function uncountedLosses(figures: StretchFigures, stretch: DemandStretch): Warning[] {
  const { isFleet, instances } = figures;
  const isCounted = instances.some(({ timedOut, refused }) => (timedOut ?? refused) !== undefined);
  const facts = isFleet && !isCounted ? pressure(figures, stretch) : '';
  if (facts === '') return [];
  return [
    {
      code: 'METRICS_LOSSES_UNCOUNTED',
      message: `${facts}, and clients that were refused or gave up are in no metric of this source: how many were lost is not known, and the waits are those of the others.`,
      hint: 'Count the errors in the clients. PgBouncer leaves waits that end in query_wait_timeout out of its wait time, MariaDB does not count refused clients: `poolctl explain metrics`.',
    },
  ];
}

function notServed({ instances, seconds }: StretchFigures, stretch: DemandStretch): Warning[] {
  const { ratePerSecond, servedPerSecond, timedOutPerSecond = 0, refusedPerSecond = 0 } = stretch;
  const isSeen = instances.some(({ attempts, acquired }) => (attempts ?? acquired) !== undefined);
  if (!isSeen || servedPerSecond === undefined || ratePerSecond * Math.max(seconds, 1) < fewestHolds) return [];
  if (servedPerSecond >= servedShare * ratePerSecond) return [];
  const lost = [
    ...(timedOutPerSecond > 0 ? [`${perSecond(timedOutPerSecond)} timed out`] : []),
    ...(refusedPerSecond > 0 ? [`${perSecond(refusedPerSecond)} were refused`] : []),
  ];
  return [
    {
      code: 'DEMAND_NOT_SERVED',
      message: `Only ${formatRatio(servedPerSecond / ratePerSecond)} of the requests had a connection and gave it back${lost.length > 0 ? `: ${lost.join(', ')}` : ''}.`,
      hint: 'Attempts that are repeated count each time. Size for the rate without the repeats, where you know it: --total-tps.',
    },
  ];
}

function units({ instances }: StretchFigures, { inUse, inUseBy }: DemandStretch): Warning[] {
  const gauge = figureTotal(instances, 'inUse', ranShare(instances));
  if (inUseBy !== 'hold times' || gauge === undefined || inUse === undefined) return [];
  const [low, high] = [Math.min(gauge, inUse), Math.max(gauge, inUse)];
  if (high < contradiction * low + 1) return [];
  return [
    {
      code: 'DEMAND_UNITS',
      message: `By the hold times ${formatNumber(inUse)} connections are in use on average, by the pool itself ${formatNumber(gauge)}.`,
      hint: 'Is a metric in ms where its name says seconds, or does a connection never come back? Size with --total-tps and --mean of your own.',
    },
  ];
}

/** Counters begin again now and then; what falls at every other reading is none. */
const fallingRatio = 0.1;

/** Whether it goes up and down as a gauge does, whose rate means nothing. */
export function isGauge({ instances }: StretchFigures): boolean {
  return instances.some(({ restarts = 0, readings = 0 }) => readings >= 10 && restarts > fallingRatio * readings);
}

function restarted({ instances }: StretchFigures): Warning[] {
  const some = instances.filter(({ restarts = 0 }) => restarts > 0.5);
  if (some.length === 0) return [];
  const count = Math.round(figureTotal(some, 'restarts') ?? 0);
  const names = some.map(({ instance }) => redact(instance)).filter((name) => name !== '');
  return [
    {
      code: 'DEMAND_RESTARTED',
      message: `Counters began again at 0 ${formatCount(count, 'time')}${names.length > 0 ? ` (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})` : ''}: what came between the last scrape and a restart is lost.`,
      hint: 'A restart or two costs little. Choose an hour without a roll-out where there are many: &at=.',
    },
  ];
}

function gaps({ instances, seconds, coveredRatio }: StretchFigures, { ratePerSecond }: DemandStretch): Warning[] {
  const read = instances.filter(({ readings }) => readings !== undefined);
  const warn = (message: string, hint: string): Warning[] => [{ code: 'DEMAND_GAPS', message, hint }];
  if (seconds > 0 && ratePerSecond * seconds < fewestHolds) {
    return warn(
      `There were only ${formatNumber(ratePerSecond * seconds)} requests in all.`,
      'A longer window has more: &window=6h.',
    );
  }
  if (coveredRatio !== undefined) {
    if (coveredRatio >= coveredShare) return [];
    return warn(
      `Readings are missing for ${formatRatio(1 - coveredRatio)} of the time: it is taken to have gone on as before.`,
      'Was Prometheus down, or the target? Choose another window: &at=.',
    );
  }
  const most = Math.max(...read.map(({ readings = 0 }) => readings));
  if (read.length === 0) return [];
  if (most < fewestReadings) {
    return warn(
      `There are only ${formatCount(most, 'scrape')} in the window: a rate of so few is rough.`,
      `A window of ${fewestReadings} scrapes or more says more: &window=.`,
    );
  }
  const expected = Math.max(...read.map(expectedReadings));
  if (most >= coveredShare * expected) return [];
  return warn(
    `Of ${formatNumber(expected)} scrapes that were due only ${formatNumber(most)} are there: nothing is known of the rest of the time.`,
    'Was Prometheus down, or the target? Choose another window: &at=.',
  );
}

/** By the densest quarter that is known: the last one, or the whole. */
function expectedReadings({ readings = 0, recentReadings = 0 }: InstanceFigures): number {
  return Math.max(readings, recentReadings < 2 ? 0 : 4 * (recentReadings - 1));
}

function uneven({ perInstance, ratePerSecond, instances }: DemandStretch): Warning[] {
  const [busiest, ...others] = perInstance;
  if (!busiest || others.length === 0 || instances === undefined) return [];
  const mean = perInstance.reduce((sum, one) => sum + one.ratePerSecond, 0) / perInstance.length;
  if (busiest.ratePerSecond < unevenRatio * mean) return [];
  return [
    {
      code: 'DEMAND_UNEVEN',
      message: `${busiest.instance} has ${perSecond(busiest.ratePerSecond)} of ${perSecond(ratePerSecond)} in all, and the mean instance ${perSecond(mean)}.`,
      hint: 'size takes the rate of the busiest instance, as all have pools of one size. Does the balancer deal unevenly?',
    },
  ];
}

/** Whether the busiest instance has so much more that pools are sized by it. */
export function isUneven(stretch: DemandStretch): boolean {
  return uneven(stretch).length > 0;
}
