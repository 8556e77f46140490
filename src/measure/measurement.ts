import { formatCount, formatDuration } from '../base/units.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { MeterFacts, Reading, Sample } from '../engines/meter.ts';
import { mean, near, quotient, ratioOfBatches, scaled, sumOf } from '../stats/estimate.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';
import { agree } from './agree.ts';
import { heldFigures, unseenNote, withLag } from './held.ts';
import { histogramBetween, percentiles } from './histogram.ts';
import { rateBySamples, requestsByStatements } from './late-counters.ts';
import { countRequests } from './requests.ts';
import type { Figure, Measurement } from './result.ts';
import { notMeasured } from './result.ts';
import { spreadOf } from './spread.ts';
import { delta, stretchesOf, withoutReset } from './stretches.ts';
import { transitMs, withTransit } from './transit.ts';

/** Fewer requests than this in the window are no load to size by. */
const fewestRequests = 30;

/**
 * Little's law on differences of counters: held = time in transactions / time, hold = held / rate. Pure.
 * @throws PoolctlError NOT_MEASURED where the window shows no load, or the counters did not grow
 */
export function measurement(facts: MeterFacts, readings: readonly Reading[], samples: readonly Sample[]): Measurement {
  const grownOnly = withoutReset(readings);
  const [first, last] = [grownOnly[0], grownOnly.at(-1)];
  // One stretch has no interval.
  if (!first || !last || readings.length < 3)
    throw notMeasured('The window was too short: the counters were not read three times.');
  const stretches = stretchesOf(grownOnly);
  const { grown } = stretches;
  const seconds = sumOf(stretches.seconds);

  const requests = requestsByStatements(facts, stretches, samples, grownOnly) ?? countRequests(facts, stretches);
  const total = Math.max(0, Math.round(sumOf(requests.batches)));
  const seen = `${formatCount(total, requests.unit === 'statement' ? 'statement' : 'transaction')} in ${formatDuration(seconds * 1_000)}`;
  if (total < fewestRequests) {
    const busy = mean(samples.map((sample) => sample.held));
    if (busy >= 0.5) {
      throw notMeasured(
        `${facts.scope} had ${seen} by its counters, but ${busy.toPrecision(3)} sessions were busy all the while: the counters do not show this load. ${facts.notes[0] ?? ''}`,
      );
    }
    throw notMeasured(`${facts.scope} had ${seen}, too few to size a pool by.${elsewhere(first, last, seconds)}`);
  }
  const countedRate: Figure = { ...withLag(requests.rate, facts, seconds), source: requests.source };
  const heldBy = heldFigures(facts, requests.unit, stretches, samples, readings);
  const mostTrusted = heldBy[0];
  if (!mostTrusted || mostTrusted.value <= 0) {
    throw notMeasured(
      `${facts.scope} had ${seen}, but neither counters nor sessions show how long connections are held.${unseenNote(facts, requests.unit, samples, grownOnly)}`,
    );
  }
  const heldMs = requests.unit === 'statement' ? grown('statementMs') : grown('transactionMs');
  const byCounters = requests.unit === 'between' || !heldMs ? undefined : ratioOfBatches(heldMs, requests.batches);
  const late = rateBySamples(facts, requests, heldBy, byCounters, samples);
  const rate = late?.rate ?? countedRate;
  const held = late?.held ?? mostTrusted;
  const meanMs = byCounters ?? scaled(quotient(held, rate), 1_000);
  const histogram = histogramBetween(first, last);
  const counted = histogram?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const statements = delta(first, last, 'statements');
  const isHoldHistogram =
    requests.unit === 'statement' && histogram !== undefined && near(counted, statements ?? 0, 0.05);
  const spread = isHoldHistogram ? undefined : spreadOf(requests, grown, samples, meanMs, facts);
  const measured: Measurement = {
    engine: facts.engine,
    scope: facts.scope,
    windowSeconds: seconds,
    readings: readings.length,
    samples: samples.length,
    unit: requests.unit,
    ratePerSecond: rate,
    peakPerSecond: Math.max(
      rate.value,
      ...(late ? [] : requests.batches.map((count, index) => count / (stretches.seconds[index] ?? 1))),
    ),
    heldConnections: held,
    heldBy,
    agrees: heldBy.every((figure) => agree(mostTrusted, figure)),
    holdTime: {
      meanMs,
      ...(isHoldHistogram && histogram ? { ...percentiles(histogram), source: facts.sources.histogram } : spread),
    },
    ...(isHoldHistogram && histogram && { histogram }),
    ...withoutUndefined({ statements: statementFigures(first, last, seconds, histogram) }),
    connectedSessions: readings.reduce((sum, { connected }) => sum + connected, 0) / readings.length,
    byName: byName(first, last, seconds),
    notes: [
      ...facts.notes,
      ...requests.notes,
      ...(heldBy.some(({ isSampled }) => isSampled)
        ? []
        : [unseenNote(facts, requests.unit, samples, grownOnly).trim()].filter(Boolean)),
      ...(samples.some(({ perhapsHeld = 0 }) => perhapsHeld > 0)
        ? [
            'The thread pool of the server was full at times: requests that none of its threads had read yet look like idle sessions, for which the interval has room.',
          ]
        : []),
      ...(late
        ? [
            `The counters did not come in time: they showed ${countedRate.value.toPrecision(3)} a second. The rate is that of the sampled connections in use, by the mean time of those counted.`,
          ]
        : []),
    ],
  };
  return withTransit(measured, transitMs(samples), facts);
}

function statementFigures(
  first: Reading,
  last: Reading,
  seconds: number,
  histogram: readonly HistogramBucket[] | undefined,
): Measurement['statements'] {
  const count = delta(first, last, 'statements');
  if (!count) return undefined;
  const ms = delta(first, last, 'statementMs');
  return {
    perSecond: count / seconds,
    ...withoutUndefined({ meanMs: ms === undefined ? undefined : ms / count }),
    ...(histogram && histogram.length > 0 && percentiles(histogram)),
  };
}

function byName(first: Reading, last: Reading, seconds: number): Measurement['byName'] {
  return Object.entries(last.byName ?? {})
    .map(([name, count]) => ({ name, ratePerSecond: Math.max(0, count - (first.byName?.[name] ?? 0)) / seconds }))
    .filter(({ ratePerSecond }) => ratePerSecond > 0)
    .sort((a, b) => b.ratePerSecond - a.ratePerSecond || (a.name < b.name ? -1 : 1));
}

function elsewhere(first: Reading, last: Reading, seconds: number): string {
  const busy = byName(first, last, seconds).filter(({ ratePerSecond }) => ratePerSecond * seconds >= fewestRequests);
  if (busy.length === 0) return '';
  return ` Others had load: ${busy
    .slice(0, 5)
    .map(({ name, ratePerSecond }) => `${name} ${ratePerSecond.toPrecision(3)}/s`)
    .join(', ')}.`;
}
