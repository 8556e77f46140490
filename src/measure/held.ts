import { formatCount } from '../base/units.ts';
import type { MeterFacts, Reading, Sample } from '../engines/meter.ts';
import {
  batchMeans,
  type Estimate,
  inBatches,
  mean,
  ratioOfBatches,
  scaled,
  sumOf,
  widened,
} from '../stats/estimate.ts';
import { areFewHidden, hiddenOnAverage, perhapsHeldOnAverage } from './hidden.ts';
import type { Requests } from './requests.ts';
import type { HeldFigure } from './result.ts';
import type { Stretches } from './stretches.ts';

/** Held connections, the most trusted first: by counters, then by the samples of sessions. */
export function heldFigures(
  facts: MeterFacts,
  unit: Requests['unit'],
  { seconds, grown }: Stretches,
  samples: readonly Sample[],
  readings: readonly Reading[],
): HeldFigure[] {
  const { sources } = facts;
  const figures: HeldFigure[] = [];
  const add = (estimate: Estimate | undefined, source: string, isSampled = false) => {
    if (estimate) figures.push({ ...estimate, source, isSampled });
  };
  const addCounted = (spentMs: readonly number[] | undefined, source: string) => {
    const held = spentMs && ratioOfBatches(spentMs, seconds);
    if (held) add(withLag(scaled(held, 1 / 1_000), facts, sumOf(seconds)), source);
  };
  if (unit === 'transaction') addCounted(grown('transactionMs'), sources.transactions);
  if (unit === 'statement') addCounted(grown('statementMs'), sources.statements);
  if (samples.length >= 8 && unseen(facts, unit, samples, readings) === undefined) {
    const held = samples.map((sample) => sample.held);
    const estimate = batchMeans(inBatches(held, Math.min(12, Math.floor(held.length / 4))));
    add(estimate && { ...estimate, high: estimate.high + perhapsHeldOnAverage(samples) }, sources.samples, true);
  }
  return figures;
}

/** What the samples do not show, so that their mean leaves out held connections; undefined where they show all. */
function unseen(
  { seesIdleTransactions }: MeterFacts,
  unit: Requests['unit'],
  samples: readonly Sample[],
  readings: readonly Reading[],
): string | undefined {
  if (unit !== 'statement' && !seesIdleTransactions) return 'which sessions idle in a transaction';
  if (isFrozen(samples)) return frozen;
  const hidden = areFewHidden(samples) ? 0 : Math.max(1, Math.round(hiddenOnAverage(samples)));
  const visible = mean(samples.map((sample) => sample.visible));
  const connected = mean(readings.map((reading) => reading.connected));
  // Some come and go between a sample and a reading.
  const missing = visible < connected * 0.9 - 1 ? Math.max(1, Math.round(connected - visible)) : hidden;
  return missing > 0 ? `what ${formatCount(missing, 'session')} of other users did` : undefined;
}

/** One look in a hundred may come just after one of a rare reader. */
function isFrozen(samples: readonly Sample[]): boolean {
  const looks = samples.flatMap((sample) => (sample.isFrozen === undefined ? [] : Number(sample.isFrozen)));
  return mean(looks) > 0.25;
}

const frozen =
  'which sessions idle in a transaction, because another program reads INNODB_TRX as well: the list stays as it is while it is read more often than every 100 ms';

export function unseenNote(
  facts: MeterFacts,
  unit: Requests['unit'],
  samples: readonly Sample[],
  readings: readonly Reading[],
): string {
  const what = samples.length > 0 ? unseen(facts, unit, samples, readings) : undefined;
  if (what === undefined) return '';
  return ` Not seen: ${what}; ${what === frozen ? 'SELECT ON performance_schema.* or an end of that program' : facts.seesSessionsBy} shows it.`;
}

export function withLag(estimate: Estimate, { lagMs }: MeterFacts, seconds: number): Estimate {
  return widened(estimate, lagMs / 1_000 / seconds);
}
