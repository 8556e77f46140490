import { groupBy } from '../../base/group-by.ts';
import { formatDuration, formatNumber } from '../../base/units.ts';
import { correlatedMean } from '../../stats/correlated.ts';
import { mean, sumOf } from '../../stats/estimate.ts';
import type { PoolHour } from '../hours.ts';
import { hourMs, type Stride, type Timeline } from '../timeline.ts';
import type { FoundCause } from './cause.ts';

/** A run of a process: the hours between two starts. */
interface Run {
  readonly hours: readonly PoolHour[];
  readonly instance: string;
}

/** Connections that never come back: fewer of them, or a smaller share of the limit, may be a long job. */
const fewestLeaked = 1;
const leastShare = 0.1;
/** A run shorter than this shows no growth. */
const shortestRunHours = 6;

/**
 * A leak, where one shows. By Little's law the connections in use are rate x hold time of those that come back; what is in
 * use beyond that does not come back. It grows from the start of a process to its end and is gone with it. Without hold
 * times the quietest hour of each day tells: it has more and more in use.
 */
export function findLeak(
  timelines: readonly Timeline[],
  hoursOf: (timeline: Timeline) => readonly PoolHour[],
): FoundCause | undefined {
  const runs = timelines.flatMap((timeline) => runsOf(timeline, hoursOf(timeline)));
  const found =
    runs.flatMap((run) => leakIn(run) ?? []).sort((a, b) => b.leaked - a.leaked)[0] ?? leakInShortRuns(timelines);
  if (!found) return undefined;
  const { instance, leaked, hours, evidence } = found;
  return {
    cause: 'leak',
    evidence: [
      `${instance || 'a process'}: ${evidence} over ${formatDuration(hours * hourMs)}, ${formatNumber(leaked)} at the end`,
    ],
    fix: 'Find who does not give connections back: `poolctl lint`, and instrument() of poolctl/monitor names the borrower. A bigger pool only fills later.',
  };
}

function runsOf({ strides, history }: Timeline, hours: readonly PoolHour[]): Run[] {
  const starts = strides.filter(({ isRestart }) => isRestart).map(({ fromMs }) => Math.floor(fromMs / hourMs));
  const bounds = [Number.NEGATIVE_INFINITY, ...starts, Number.POSITIVE_INFINITY];
  return bounds.slice(1).map((end, index) => ({
    instance: history.instance,
    // The hour of the start itself is of two processes.
    hours: hours.filter(({ hour }) => hour > (bounds[index] ?? 0) && hour < end),
  }));
}

interface LeakFigures {
  readonly instance: string;
  readonly leaked: number;
  readonly hours: number;
  readonly evidence: string;
}

function leakIn(run: Run): LeakFigures | undefined {
  if (run.hours.length < shortestRunHours) return undefined;
  return leakByReturns(run) ?? leakByAge(run) ?? leakByFloor(run);
}

/** In use less what came back, by the hour. */
function leakByReturns(run: Run): LeakFigures | undefined {
  const missing = run.hours.flatMap(({ inUse, grown: { useMs }, coveredMs }) =>
    inUse === undefined || useMs === undefined ? [] : [inUse - useMs / coveredMs],
  );
  if (missing.length < shortestRunHours) return undefined;
  const part = Math.max(2, Math.min(24, Math.floor(missing.length / 3)));
  const [first, last] = [
    correlatedMean({ values: missing.slice(0, part) }),
    correlatedMean({ values: missing.slice(-part) }),
  ];
  if (!first || !last) return undefined;
  // Where nothing varies at the end all is lost, and the mean has no interval.
  const sure = Number.isFinite(last.low) ? last.low : Math.min(...missing.slice(-part));
  const limit = run.hours.at(-1)?.limit ?? 0;
  const least = Math.max(fewestLeaked, leastShare * limit);
  if (sure < least || last.value - first.value < least / 2 || risesIn(missing) < 0.6) return undefined;
  return {
    instance: run.instance,
    leaked: last.value,
    hours: missing.length,
    evidence: 'connections in use beyond those that come back grew',
  };
}

/** Runs of processes that are started anew more often than a run shows growth by the hour: half of them grow, and few shrink as much. */
const fewestShortRuns = 4;
const mostShortRuns = 0.5;
const timesAsOften = 4;
const fewestStrides = 9;

/** In use less what came back, from the first third of each short run to its last. */
function leakInShortRuns(timelines: readonly Timeline[]): LeakFigures | undefined {
  const runs = timelines.flatMap(({ strides, history: { instance } }) =>
    splitAtRestarts(strides).flatMap((own) => {
      const hours = ((own.at(-1)?.toMs ?? 0) - (own[0]?.fromMs ?? 0)) / hourMs;
      const missing = own.flatMap(({ inUse, grown: { useMs }, fromMs, toMs }) =>
        inUse === undefined || useMs === undefined ? [] : [inUse - useMs / (toMs - fromMs)],
      );
      if (hours >= shortestRunHours || missing.length < fewestStrides) return [];
      const part = Math.floor(missing.length / 3);
      const [first, last] = [mean(missing.slice(0, part)), mean(missing.slice(-part))];
      return [{ instance, hours, last, rise: last - first, limit: own.at(-1)?.limit ?? 0 }];
    }),
  );
  const clear = (limit: number) => Math.max(fewestLeaked, leastShare * limit) / 2;
  const grown = runs.filter(({ last, rise, limit }) => rise >= clear(limit) && last >= fewestLeaked);
  const shrunk = runs.filter(({ rise, limit }) => rise <= -clear(limit));
  const worst = grown.toSorted((a, b) => b.last - a.last)[0];
  if (!worst || runs.length < fewestShortRuns) return undefined;
  if (grown.length < Math.max(mostShortRuns * runs.length, timesAsOften * shrunk.length)) return undefined;
  return {
    instance: worst.instance,
    leaked: worst.last,
    hours: worst.hours,
    evidence: `connections in use beyond those that come back grew in ${grown.length} of ${runs.length} runs between restarts, in the worst`,
  };
}

function splitAtRestarts(strides: readonly Stride[]): Stride[][] {
  const runs: Stride[][] = [[]];
  for (const stride of strides) {
    if (stride.isRestart) runs.push([]);
    else runs.at(-1)?.push(stride);
  }
  return runs;
}

/** Share of the steps, from one sixth of the run to the next, that rise. */
function risesIn(values: readonly number[]): number {
  const parts = 6;
  const size = values.length / parts;
  const means = Array.from({ length: parts }, (_, part) => {
    const own = values.slice(Math.floor(part * size), Math.floor((part + 1) * size));
    return own.reduce((sum, value) => sum + value, 0) / Math.max(1, own.length);
  });
  const steps = means.slice(1).map((value, index) => value - (means[index] ?? 0));
  const span = Math.max(...means) - Math.min(...means);
  // At the limit it grows no more.
  return steps.filter((step) => step > -0.1 * span).length / steps.length;
}

/** Those that are held, or idle in a transaction, for far too long: more and more of them. */
function leakByAge(run: Run): LeakFigures | undefined {
  const overdue = run.hours.flatMap((hour) => hour.overdue ?? []);
  if (overdue.length < shortestRunHours) return undefined;
  const part = Math.max(2, Math.min(24, Math.floor(overdue.length / 3)));
  const [first, last] = [mean(overdue.slice(0, part)), mean(overdue.slice(-part))];
  const least = Math.max(fewestLeaked, leastShare * (run.hours.at(-1)?.limit ?? 0));
  if (last < least || last - first < least / 2 || risesIn(overdue) < 0.6) return undefined;
  const evidence = 'connections held, or idle in a transaction, for far too long grew';
  return { instance: run.instance, leaked: last, hours: overdue.length, evidence };
}

const fewestDays = 3;
/** A floor that falls by more is that of a process that was started anew, or of a weekend. */
const mostFall = 0.3;
/** So much of the growth must not be in one step: a workday after a weekend has more to do. */
const spread = 0.4;

/** The least in use of each day, where return times are not known, and neither are restarts. */
function leakByFloor(run: Run): LeakFigures | undefined {
  if (run.hours.some(({ grown }) => grown.useMs !== undefined)) return undefined;
  const days = groupBy(
    run.hours.flatMap(({ hour, inUse }) => (inUse === undefined ? [] : [{ day: Math.floor(hour / 24), inUse }])),
    ({ day }) => day,
  );
  const floors = [...days.values()]
    .filter((hours) => hours.length >= 20)
    .map((hours) => Math.min(...hours.map(({ inUse }) => inUse)));
  const limit = run.hours.at(-1)?.limit ?? 0;
  const least = Math.max(fewestLeaked, leastShare * limit);
  const found = risingParts(floors)
    .filter((part) => part.length >= fewestDays)
    .map((part) => {
      const steps = part.slice(1).map((floor, at) => floor - (part[at] ?? 0));
      return { part, rise: sumOf(steps), without: sumOf(steps) - Math.max(...steps) };
    })
    .filter(({ rise, without }) => rise >= least && without >= spread * rise)
    .sort((a, b) => b.rise - a.rise)[0];
  if (!found) return undefined;
  return {
    instance: run.instance,
    leaked: found.part.at(-1) ?? 0,
    hours: 24 * found.part.length,
    evidence: 'connections in use in the quietest hour of each day grew',
  };
}

/** The stretches in which no value is much below the one before. */
function risingParts(values: readonly number[]): number[][] {
  const parts: number[][] = [];
  for (const [at, value] of values.entries()) {
    const last = parts.at(-1);
    if (last && value >= (values[at - 1] ?? 0) - mostFall) last.push(value);
    else parts.push([value]);
  }
  return parts;
}
