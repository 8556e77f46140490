import { PoolctlError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import { formatDuration, perSecond } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { holdLaws } from '../queueing/fit/hold-laws.ts';
import type { MeasuredHistogram } from '../stats/histogram-bucket.ts';
import type { Collected } from './collected.ts';
import type { DemandStretch, MeasuredDemand } from './demand.ts';
import { figureWarnings } from './figure-gauges.ts';
import { type StretchFigures, stretchOf } from './figures.ts';
import { isGauge, preflight } from './preflight.ts';

/** Fewer holds than this are no distribution. */
const fewestHolds = 100;

/** What was collected as a demand, with all that speaks against it. @throws PoolctlError NOT_MEASURED, INPUT_MISSING where it is too little to size by */
export function judgeDemand(collected: Collected, where: string): MeasuredDemand {
  const { source, notes, warnings, historySeconds, instancePeaks } = collected;
  const pool = collected.pool === undefined ? undefined : redact(collected.pool);
  const [window, ofPeak] = [collected.window, collected.peak].map((told) => told && withSafeNames(stretchOf(told)));
  const known = window ?? ofPeak;
  if (!known) {
    const [why] = warnings;
    throw new PoolctlError('INPUT_MISSING', why?.message ?? `${where}: no rate of requests is told.`, {
      hint: why?.hint ?? 'Is the window longer than two scrapes? &window=1h.',
    });
  }
  if (isGauge(collected.window) || (collected.peak && isGauge(collected.peak))) {
    throw new PoolctlError(
      'INPUT_INVALID',
      `${where}: what should count requests goes up and down: it is a gauge, whose rate means nothing.`,
      {
        hint: 'Name a counter, or a histogram of times: &metric=http_server_request_duration_seconds.',
      },
    );
  }
  const peakRate = ofPeak?.ratePerSecond ?? 0;
  if (!(known.ratePerSecond > 0) && !(peakRate > 0)) {
    throw new PoolctlError('NOT_MEASURED', `${where}: nothing was asked of the pool in ${spanOf(known)}.`, {
      hint: 'Choose a window that was busy (&at=2026-11-24T15:00Z), or more history (&peak=7d).',
    });
  }
  const units: Warning[] = [];
  const main = sound(known, units);
  const peak = ofPeak && withHold(sound(ofPeak, units), main);
  const busiest = peak ?? main;
  const figures: StretchFigures = (peak && collected.peak) || collected.window;
  return {
    ...main,
    source,
    title: where,
    ...(pool !== undefined && { pool }),
    ...(peak && {
      peak: {
        ...peak,
        ...(historySeconds !== undefined && { ofSeconds: historySeconds }),
        ...(instancePeaks && { instancePeaks }),
      },
    }),
    ...(collected.isOfInstance && { isOfInstance: collected.isOfInstance }),
    what: whatOf(source, pool, main, peak),
    notes: [...notes, ...notesOf(busiest, historySeconds)],
    warnings: [
      ...warnings,
      ...distinct(units),
      ...preflight(figures, busiest),
      ...figureWarnings({ ...collected, ...withoutUndefined({ pool }) }),
    ],
  };
}

/** Names of instances go into messages and documents, and may have been made of a DSN. */
function withSafeNames(stretch: DemandStretch | undefined): DemandStretch | undefined {
  return (
    stretch && {
      ...stretch,
      perInstance: stretch.perInstance.map((one) => ({ ...one, instance: redact(one.instance) })),
    }
  );
}

function distinct(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
}

/** Without a histogram that no distribution can have: then its mean is what is known. */
function sound(stretch: DemandStretch, warnings: Warning[]): DemandStretch {
  const { hold, p95Ms: _, ...rest } = stretch;
  if (!hold) return stretch;
  const count = hold.buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  if (count < fewestHolds) return rest;
  if (isPossible(hold)) return stretch;
  warnings.push({
    code: 'DEMAND_UNITS',
    message: `The mean hold time, ${formatDuration(stretch.meanHoldMs ?? 0)}, does not go with the buckets of the same hold times; the mean is taken.`,
    hint: 'Are sum and buckets of one unit, and of the same instances?',
  });
  return rest;
}

function isPossible(measured: MeasuredHistogram): boolean {
  try {
    return holdLaws({ measured }) !== undefined;
  } catch (error) {
    if (error instanceof PoolctlError) return false;
    throw error;
  }
}

/** The window's hold times for a peak of which only the mean is known: stretched to that mean. */
function withHold(peak: DemandStretch, { hold, meanHoldMs }: DemandStretch): DemandStretch {
  if (peak.hold || !hold || !meanHoldMs) return peak;
  const factor = (peak.meanHoldMs ?? meanHoldMs) / meanHoldMs;
  const buckets = hold.buckets.map(({ fromMs, toMs, count }) => ({
    fromMs: fromMs * factor,
    toMs: toMs * factor,
    count,
  }));
  return {
    ...peak,
    meanHoldMs: meanHoldMs * factor,
    hold: { kind: 'histogram', buckets, ...(hold.sumMs !== undefined && { sumMs: hold.sumMs * factor }) },
  };
}

function whatOf(
  source: string,
  pool: string | undefined,
  window: DemandStretch,
  peak: DemandStretch | undefined,
): string {
  const of = pool === undefined ? source : `${source}, pool ${pool}`;
  if (!peak) return `${of}, ${spanOf(window)}`;
  return `${of}, peak hour${peak.from === undefined ? '' : ` ${moment(peak.from)} UTC`}`;
}

/** `the 60 min to 2026-11-28 00:00 UTC`. */
function spanOf({ seconds, to }: DemandStretch): string {
  const span = seconds > 0 ? `the ${formatDuration(seconds * 1_000)}` : 'the window';
  return to === undefined ? span : `${span} to ${moment(to)} UTC`;
}

const moment = (iso: string) => iso.slice(0, 16).replace('T', ' ');

const weekSeconds = 7 * 86_400;

function notesOf(busiest: DemandStretch, historySeconds: number | undefined): string[] {
  const { meanHoldMs, hold, p95Ms, ratePerSecond } = busiest;
  return [
    ...(meanHoldMs === undefined && !hold
      ? [
          `The rate is known, ${perSecond(ratePerSecond)}, and how long a connection is held is not: add --mean or --p95.`,
        ]
      : hold
        ? []
        : ['Of the hold times only the mean is known: their spread is assumed.']),
    ...(p95Ms && hold
      ? [
          p95Ms.high === Infinity
            ? `The p95 of the hold times is above ${formatDuration(p95Ms.low)}, the last bound of the histogram.`
            : `The p95 of the hold times is between ${formatDuration(p95Ms.low)} and ${formatDuration(p95Ms.high)}, the bounds of its bucket.`,
        ]
      : []),
    ...(historySeconds !== undefined && historySeconds < 0.9 * weekSeconds
      ? [`The history is ${formatDuration(historySeconds * 1_000)} long: a week would show its busiest day.`]
      : []),
  ];
}
