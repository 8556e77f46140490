import { formatAtMost, formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { TableView } from '../render/view.ts';
import type { Outlook } from '../size/outlook.ts';
import type { Sized } from '../size/result.ts';

/** What the model says of the recommended pool, with the range that the given figures leave open. */
export function outlookTable({ outlook, load, behaviour, activeConnectionsBound }: Sized): TableView | undefined {
  if (!outlook || !load || !behaviour) return undefined;
  const { prediction, predictionRange: range, targets, hold, smallest } = outlook;
  const between = (pick: (of: typeof prediction) => number | undefined, format: (value: number) => string) => {
    const [low, high] = [range && pick(range.low), range && pick(range.high)];
    return low === undefined || high === undefined || format(low) === format(high)
      ? ''
      : `${format(low)} to ${format(high)}`;
  };
  const isClumped = load.burst !== undefined || (load.batchSize ?? 1) * load.connectionsPerRequest > 1;
  const lost = (of: typeof prediction) => of.rejectedRatio + of.timedOutRatio;
  const rows = [
    ['held on average', formatDuration(hold.meanMs), basisText(hold)],
    [
      'expected utilization',
      formatRatio(prediction.utilization),
      between(({ utilization }) => utilization, formatRatio),
    ],
    [
      'have to wait',
      formatRatio(prediction.waitProbability),
      between(({ waitProbability }) => waitProbability, formatRatio),
    ],
    ['p95 wait', waitText(prediction.p95WaitMs), between(({ p95WaitMs }) => p95WaitMs, formatDuration)],
    ['p99 wait', waitText(prediction.p99WaitMs), between(({ p99WaitMs }) => p99WaitMs, formatDuration)],
    ['mean wait', waitText(prediction.meanWaitMs), between(({ meanWaitMs }) => meanWaitMs, formatDuration)],
    ['lost', formatRatio(lost(prediction)), between(lost, formatRatio)],
    ['carries', `${formatAtMost(outlook.largestRatePerSecond)} TPS`, `within ${targetsText(targets)}`],
    ['fires first', outlook.firesFirst.first, firstNote(outlook)],
    ['smallest pool', smallest ? formatNumber(smallest.connectionLimit) : 'none', smallestNote(smallest)],
    // Square-root staffing knows of no bursts.
    ...(isClumped
      ? []
      : [['by hand', formatNumber(outlook.byHand), byHandText(load.meanLoad.estimate, activeConnectionsBound)]]),
  ];
  return { title: 'What the model expects of it', rows, rightAligned: [1] };
}

function basisText({ family, basis, isAssumed }: Outlook['hold']): string {
  if (family === 'samples' || family === 'histogram') return 'as measured';
  if (!isAssumed) return `${family} through ${basis}`;
  return basis === 'mean' ? 'exponential: no percentiles given' : `a guess from the ${basis} alone; give --p50`;
}

function waitText(ms: number | undefined): string {
  return ms === undefined ? 'endless' : formatDuration(ms);
}

function targetsText({ maxWaitP99Ms, maxLossRatio, maxUtilization }: Outlook['targets']): string {
  return `p99 wait ${formatDuration(maxWaitP99Ms)}, loss ${formatRatio(maxLossRatio)}, utilization ${formatRatio(maxUtilization)}`;
}

/** Second opinions that need no model: square-root staffing, and HikariCP's bound where the cores are known. */
function byHandText(load: number, activeConnectionsBound: number | undefined): string {
  const cores =
    activeConnectionsBound === undefined
      ? ''
      : `; by its cores the server runs ${formatNumber(activeConnectionsBound)} at once well`;
  return `R + 2 × √R, R = ${formatNumber(load)} in use${cores}`;
}

const deciding = { wait: 'the wait', loss: 'the loss', utilization: 'the utilization' } as const;

/** `; up to 4 too many by the model's error`; nothing where it is one at the most. */
function errorNote({ low, high, isMeasured }: NonNullable<Outlook['smallest']>['error']): string {
  if (!isMeasured) return '; such holds or pools were not measured against simulation';
  const sides = [low < -1 ? `${formatNumber(-low)} too few` : '', high > 1 ? `${formatNumber(high)} too many` : ''];
  const off = sides.filter((side) => side !== '').join(' or ');
  return off === '' ? '' : `; up to ${off} by the model's error`;
}

/** Which target decides, and the range. */
function smallestNote(smallest: Outlook['smallest']): string {
  if (!smallest) return 'within the same, with any queue';
  const { decidedBy, range, error } = smallest;
  const by =
    decidedBy.length > 0
      ? `; ${decidedBy.map((target) => deciding[target]).join(' and ')} ${decidedBy.length > 1 ? 'decide' : 'decides'}`
      : '';
  const ends =
    range && range.low < range.high
      ? `; ${formatNumber(range.low)} to ${formatNumber(range.high)} over that range`
      : '';
  return `within the same, with any queue${by}${ends}${errorNote(error)}`;
}

function firstNote({ firesFirst: { lastPlaceWaitMs }, capacityPerSecond }: Outlook): string {
  const from = `from ${formatAtMost(capacityPerSecond)} TPS on`;
  return lastPlaceWaitMs === undefined
    ? from
    : `${from}; the last place of the queue waits ${formatDuration(lastPlaceWaitMs)}`;
}
