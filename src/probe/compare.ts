import { perSecond } from '../base/units.ts';
import type { Estimate } from '../stats/estimate.ts';
import { compareEstimates, compareTimes } from './analyse/difference.ts';
import { differencesOfRuns, lostShareOf, waitingShareOf } from './analyse/differences.ts';
import { isBeyondLag, type Judgement, judge } from './analyse/judge.ts';
import { fateOf, leastStillWaiting } from './analyse/served.ts';
import type { Percentiles, ProbeResult, ProbeRun } from './result.ts';
import { mainRun, poolsText } from './runs.ts';

/** A result and the file that it was in. */
export interface NamedProbe {
  readonly file: string;
  readonly result: ProbeResult;
}

/** Two runs of `probe` side by side; `poolctl.report/1`. */
export interface Comparison {
  readonly files: readonly [string, string];
  /** False where something other than the settings differs, so that the settings explain nothing. */
  readonly comparable: boolean;
  /** What differs besides the settings. */
  readonly differences: readonly { readonly what: string; readonly values: readonly [string, string] }[];
  /** Which did better, by all figures together; left out where one has no run, or poolctl itself was late in one. */
  readonly judgement?: Judgement;
  /** How long each probe was asked to measure, where that is the same. */
  readonly durationMs?: number;
  readonly figures: readonly ComparedFigure[];
  readonly levels: readonly {
    readonly connectionLimit: number;
    readonly throughputPerSecond: readonly [Estimate, Estimate];
    readonly verdict: FigureVerdict;
  }[];
}

/** `same`: the 95 % interval of the difference has 0 in it. `unknown`: there is no interval, or poolctl itself was late. */
export type FigureVerdict = 'better' | 'worse' | 'same' | 'unknown';

export interface ComparedFigure {
  readonly name: string;
  readonly unit: 'ms' | 'perSecond' | 'ratio' | 'connections' | 'text';
  readonly values: readonly [Estimate | string, Estimate | string];
  /** The second against the first. */
  readonly change?: number;
  readonly verdict?: FigureVerdict;
}

/** What changed from the first to the second, and whether it is more than chance. */
export function compareProbes(first: NamedProbe, second: NamedProbe): Comparison {
  const [a, b] = [first.result, second.result];
  const differences = differencesOf(a, b);
  const [before, after] = [mainRun(a), mainRun(b)];
  const durationMs = durationOf(a, b);
  const judgement = before && after && judgementOf(before, after, durationMs);
  return {
    files: [first.file, second.file],
    comparable: differences.length === 0,
    differences,
    ...(judgement && { judgement }),
    ...(durationMs !== undefined && { durationMs }),
    figures: [...settingFigures(a, b), ...runFigures(before, after)],
    levels: comparedLevels(a, b),
  };
}

/** What else than the settings of the pool is not the same. */
export function differencesOf(a: ProbeResult, b: ProbeResult): Comparison['differences'] {
  // A load of several instances is one load; how many pools it is on is a setting.
  const rate = ({ load, runs: [run] }: ProbeResult) =>
    run?.instances === undefined ? (load.tps ?? run?.wantedPerSecond) : run.wantedPerSecond;
  const rateText = (value: number | undefined) => (value === undefined ? 'none' : perSecond(value));
  const facts: readonly (readonly [what: string, pick: (result: ProbeResult) => string])[] = [
    ['mode', ({ mode }) => mode],
    ['engine', ({ target }) => target.engine],
    ['version', ({ target }) => target.version],
    ['server', ({ target }) => target.address],
    ['pooler', ({ pooler }) => pooler?.address ?? 'none'],
    ['encryption', ({ target }) => (target.encrypted ? 'TLS' : 'none')],
    ['workload', ({ workload }) => workload.name],
    ['arrivals', ({ load }) => load.arrivals],
    ['rate', (result) => rateText(rate(result))],
    ['instances', ({ load, runs: [run] }) => String(run?.instances === undefined ? (load.instances ?? 1) : 1)],
    ['threads', ({ load }) => String(load.threads)],
    ['shards', ({ shards }) => String(shards?.of ?? 1)],
    ['missing shards', ({ shards }) => String(shards?.missing.length ?? 0)],
    ['finished', ({ finished }) => finished],
    ['Node', ({ metadata }) => metadata.node],
    ['drivers', ({ metadata }) => metadata.drivers],
    ['cores', ({ metadata }) => String(metadata.cores)],
  ];
  return facts
    .map(([what, pick]) => ({ what, values: [pick(a), pick(b)] as const }))
    .filter(({ values: [x, y] }) => x !== y);
}

/** Undefined where poolctl itself was late, and so may be what differs. */
function judgementOf(first: ProbeRun, second: ProbeRun, durationMs: number | undefined): Judgement | undefined {
  const found = judge(differencesOfRuns(first, second), {
    ...{ durationMs, loop: first.loop },
    overCapacity: [first.overCapacity, second.overCapacity],
  });
  const isTold = first.trustworthy && second.trustworthy;
  return isTold || (found.better && isBeyondLag(found, [first, second])) ? found : undefined;
}

/** Of two results of the same length. */
function durationOf({ load: a }: ProbeResult, { load: b }: ProbeResult): number | undefined {
  return a.durationMs === b.durationMs ? a.durationMs : undefined;
}

function settingFigures({ recommendation: a }: ProbeResult, { recommendation: b }: ProbeResult): ComparedFigure[] {
  if (!a || !b) return [];
  return (['connectionLimit', 'queueLimit', 'acquireTimeoutMs'] as const).map((name) => ({
    name: name === 'acquireTimeoutMs' ? 'acquireTimeout' : name,
    unit: name === 'acquireTimeoutMs' ? 'ms' : 'connections',
    values: [exactly(a[name]), exactly(b[name])],
    ...changeOf(a[name], b[name]),
  }));
}

function runFigures(a: ProbeRun | undefined, b: ProbeRun | undefined): ComparedFigure[] {
  if (!a || !b) return [];
  const areWaiting = [a, b].some((run) => fateOf(run).stillWaitingRatio > leastStillWaiting);
  const trusted = a.trustworthy && b.trustworthy;
  const of = (
    name: string,
    unit: Exclude<ComparedFigure['unit'], 'text'>,
    pick: (run: ProbeRun) => Estimate | undefined,
    wish: 'more' | 'less' = 'less',
  ): ComparedFigure[] => {
    const [x, y] = [pick(a), pick(b)];
    if (!x && !y) return [];
    if (!x || !y) return [{ name, unit, values: [x ?? none, y ?? none], verdict: 'unknown' }];
    // What is 0 in both tells nothing.
    if (x.value === 0 && y.value === 0) return [];
    const verdict = trusted ? verdictOf(x, y, unit, wish) : 'unknown';
    return [{ name, unit, values: [x, y], ...changeOf(x.value, y.value), verdict }];
  };
  const plain = (label: string, pick: (run: ProbeRun) => Percentiles, names: readonly ('p50' | 'p95' | 'p99')[]) =>
    names.flatMap((name): ComparedFigure[] => {
      const [x, y] = [pick(a)[name], pick(b)[name]];
      if (x === undefined && y === undefined) return [];
      const values = [x === undefined ? none : exactly(x), y === undefined ? none : exactly(y)] as const;
      return [{ name: `${label} ${name}`, unit: 'ms', values, ...changeOf(x ?? 0, y ?? 0) }];
    });
  return [
    { name: 'pool under test', unit: 'text', values: [poolsText(a), poolsText(b)] },
    ...of('served', 'perSecond', ({ throughputPerSecond }) => throughputPerSecond, 'more'),
    ...of('lost', 'ratio', lostShareOf),
    ...(areWaiting ? of('still waiting at the end', 'ratio', waitingShareOf) : []),
    ...of('had to wait', 'ratio', ({ waitProbability }) => waitProbability),
    ...of('mean wait', 'ms', ({ meanWaitMs }) => meanWaitMs),
    ...plain('wait', ({ waitMs }) => waitMs, ['p50', 'p95']),
    ...of('wait p99', 'ms', ({ p99WaitMs }) => p99WaitMs),
    ...of('mean service', 'ms', ({ meanServiceMs }) => meanServiceMs),
    ...plain('service', ({ serviceMs }) => serviceMs, ['p50', 'p95', 'p99']),
    ...plain('total', ({ totalMs }) => totalMs, ['p50', 'p95', 'p99']),
    ...plain('poolctl late', ({ lagMs }) => lagMs, ['p99']),
  ];
}

function comparedLevels({ ramp: a }: ProbeResult, { ramp: b }: ProbeResult): Comparison['levels'] {
  return (a?.levels ?? []).flatMap(({ connectionLimit, throughputPerSecond: x }) => {
    const other = b?.levels.find((level) => level.connectionLimit === connectionLimit);
    if (!other) return [];
    const y = other.throughputPerSecond;
    return [{ connectionLimit, throughputPerSecond: [x, y] as const, verdict: verdictOf(x, y, 'perSecond', 'more') }];
  });
}

function verdictOf(a: Estimate, b: Estimate, unit: ComparedFigure['unit'], wish: 'more' | 'less'): FigureVerdict {
  if (![a, b].every(({ low, high }) => Number.isFinite(low) && Number.isFinite(high))) return 'unknown';
  if (!(unit === 'ms' ? compareTimes : compareEstimates)(a, b).isReal) return 'same';
  return b.value > a.value === (wish === 'more') ? 'better' : 'worse';
}

/** Nothing was served that could have the figure. */
const none = 'none';

function exactly(value: number): Estimate {
  return { value, low: value, high: value };
}

/** The share by which the second is above the first. */
export function changeOf(a: number, b: number): { change?: number } {
  return a > 0 ? { change: b / a - 1 } : {};
}
