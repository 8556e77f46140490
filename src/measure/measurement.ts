import type { HistogramBucket } from '../core/hold-law.ts';
import { known } from '../core/known.ts';
import { holdDistribution } from '../core/model/distribution.ts';
import type { EngineId } from '../core/server-facts.ts';
import type { MeterFacts, Reading, Sample } from '../engines/meter.ts';
import { PoolctlError } from '../errors.ts';
import { formatCount, formatDuration } from '../units.ts';
import { batchMeans, type Estimate, inBatches, overlap, quotient, ratioOfBatches, widened } from './statistics.ts';

/** A figure with its 95 % interval and where it came from. */
export interface Figure extends Estimate {
  readonly source: string;
}

export interface HeldFigure extends Figure {
  /** By looks at the sessions, not by counters. */
  readonly isSampled: boolean;
}

/** The load of a server over a window, as pools see it: how often a connection is wanted, and how long it is held. */
export interface Measurement {
  readonly engine: EngineId;
  /** What was measured: one database, or the whole server. */
  readonly scope: string;
  readonly windowSeconds: number;
  readonly readings: number;
  readonly samples: number;
  /** What counts as one request: a transaction, a statement (where nobody uses transactions), or something between. */
  readonly unit: 'transaction' | 'statement' | 'between';
  readonly ratePerSecond: Figure;
  /** The busiest stretch between two readings. */
  readonly peakPerSecond: number;
  /** Connections held at once, on average: in a statement or a transaction. */
  readonly heldConnections: HeldFigure;
  /** The same by independent means; where they disagree, one of them does not see all. */
  readonly heldBy: readonly HeldFigure[];
  readonly agrees: boolean;
  readonly holdTime: {
    readonly meanMs: Estimate;
    readonly p50Ms?: Estimate;
    readonly p95Ms?: Estimate;
    readonly p99Ms?: Estimate;
    /** Where the percentiles came from; absent with them. */
    readonly source?: string;
  };
  /** Hold times, where the histogram of the server is one of hold times. */
  readonly histogram?: readonly HistogramBucket[];
  readonly statements?: {
    readonly perSecond: number;
    readonly meanMs?: number;
    readonly p50Ms?: Estimate;
    readonly p95Ms?: Estimate;
    readonly p99Ms?: Estimate;
  };
  /** Sessions of clients, on average. */
  readonly connectedSessions: number;
  /** Transactions a second of each database or user, busiest first. */
  readonly byName: readonly { readonly name: string; readonly ratePerSecond: number }[];
  readonly notes: readonly string[];
}

/** Fewer requests than this in the window are no load to size by. */
const fewestRequests = 30;
/** Up to this share of explicit COMMITs, statements are taken to be transactions of their own. */
const hardlyAny = 0.005;

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

  const requests = countRequests(facts, stretches);
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
  const rate: Figure = { ...withLag(requests.rate, facts, seconds), source: requests.source };
  const heldBy = heldFigures(facts, requests.unit, stretches, samples, readings);
  const held = heldBy[0];
  if (!held || held.value <= 0) {
    throw notMeasured(
      `${facts.scope} had ${seen}, but neither counters nor sessions show how long connections are held.${unseenNote(facts, requests.unit, samples, grownOnly)}`,
    );
  }
  const heldMs = requests.unit === 'statement' ? grown('statementMs') : grown('transactionMs');
  const byCounters = requests.unit === 'between' || !heldMs ? undefined : ratioOfBatches(heldMs, requests.batches);
  const meanMs = byCounters ?? scaled(quotient(held, rate), 1_000);
  const histogram = histogramBetween(first, last);
  const counted = histogram?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const statements = delta(first, last, 'statements');
  const isHoldHistogram =
    requests.unit === 'statement' && histogram !== undefined && near(counted, statements ?? 0, 0.05);
  const spread = isHoldHistogram ? undefined : spreadOf(requests, grown, samples, meanMs, facts);
  return {
    engine: facts.engine,
    scope: facts.scope,
    windowSeconds: seconds,
    readings: readings.length,
    samples: samples.length,
    unit: requests.unit,
    ratePerSecond: rate,
    peakPerSecond: Math.max(...requests.batches.map((count, index) => count / (stretches.seconds[index] ?? 1))),
    heldConnections: held,
    heldBy,
    agrees: heldBy.every((figure) => agree(held, figure)),
    holdTime: {
      meanMs,
      ...(isHoldHistogram && histogram ? { ...percentiles(histogram), source: facts.sources.histogram } : spread),
    },
    ...(isHoldHistogram && histogram && { histogram }),
    ...known({ statements: statementFigures(first, last, seconds, histogram) }),
    connectedSessions: readings.reduce((sum, { connected }) => sum + connected, 0) / readings.length,
    byName: byName(first, last, seconds),
    notes: [
      ...facts.notes,
      ...requests.notes,
      ...(heldBy.some(({ isSampled }) => isSampled)
        ? []
        : [unseenNote(facts, requests.unit, samples, grownOnly).trim()].filter(Boolean)),
    ],
  };
}

type CounterName =
  | 'transactions'
  | 'transactionMs'
  | 'statements'
  | 'statementMs'
  | 'statementSquaresMs2'
  | 'explicitEnds';

/** The stretches between readings that follow each other: how long each was, and how much a counter grew in it. */
interface Stretches {
  readonly seconds: readonly number[];
  /** Undefined where the counter is not there. */
  grown(key: CounterName): number[] | undefined;
}

function stretchesOf(readings: readonly Reading[]): Stretches {
  const pairs = readings.slice(1).map((to, index) => [readings[index] ?? to, to] as const);
  return {
    seconds: pairs.map(([from, to]) => (to.atMs - from.atMs) / 1_000),
    grown: (key) => {
      if (readings.some((reading) => reading[key] === undefined)) return undefined;
      return pairs.map(([from, to]) => (to[key] ?? 0) - (from[key] ?? 0));
    },
  };
}

function delta(first: Reading, last: Reading, key: CounterName): number | undefined {
  const [before, after] = [first[key], last[key]];
  return before === undefined || after === undefined ? undefined : Math.max(0, after - before);
}

const counters: readonly CounterName[] = ['transactions', 'transactionMs', 'statements', 'statementMs', 'explicitEnds'];

/**
 * Counters only grow. What poolctl takes off for itself may exceed what it added by a little. Where transactions are
 * counted by themselves, statements only refine the answer (pg_stat_statements forgets some whenever it is full): those
 * that did not grow are left out.
 */
function withoutReset(readings: readonly Reading[]): readonly Reading[] {
  const fell = new Set<CounterName>();
  for (const [index, to] of readings.entries()) {
    const from = readings[index - 1];
    if (!from) continue;
    if (from.server !== to.server) {
      throw notMeasured(
        'Another server answered during the window, or this one was restarted, or its counters were reset.',
      );
    }
    if (to.atMs <= from.atMs) throw notMeasured('The clock of the server did not go on during the window.');
    for (const key of counters) {
      const [before = 0, after = 0] = [from[key], to[key]];
      if (after < before - Math.max(50, before * 0.001)) fell.add(key);
    }
  }
  if (fell.size === 0) return readings;
  const areStatementsExtra = readings.every(
    ({ transactions, explicitEnds }) => transactions !== undefined && explicitEnds === undefined,
  );
  if (!areStatementsExtra || fell.has('transactions') || fell.has('transactionMs')) {
    throw notMeasured('The counters of the server were reset during the window.');
  }
  return readings.map(({ statements, statementMs, statementSquaresMs2, ...others }) => others);
}

interface Requests {
  readonly unit: Measurement['unit'];
  readonly rate: Estimate;
  /** How many there were in each stretch. */
  readonly batches: readonly number[];
  readonly source: string;
  readonly notes: readonly string[];
}

/** What a pool sees as one request: a transaction, or a statement where nobody sends COMMIT. */
function countRequests({ sources }: MeterFacts, { seconds, grown }: Stretches): Requests {
  const [transactions, statements, ends] = [grown('transactions'), grown('statements'), grown('explicitEnds')];
  const of = (
    unit: Requests['unit'],
    batches: readonly number[],
    source: string,
    notes: readonly string[] = [],
  ): Requests => {
    const rate = ratioOfBatches(batches, seconds) ?? { value: 0, low: 0, high: 0 };
    return { unit, batches, rate, source, notes };
  };
  if (transactions && !ends) return of('transaction', transactions, sources.transactions);
  if (!statements || !ends) return of('transaction', [], sources.transactions);
  const [commits, all] = [sumOf(ends), sumOf(statements)];
  if (commits <= all * hardlyAny) return of('statement', statements, sources.statements);
  if (transactions) return of('transaction', transactions, sources.transactions);
  const [fewest, most] = [commits / sumOf(seconds), all / sumOf(seconds)];
  const between = of('between', ends, `COMMIT and ROLLBACK; ${sources.statements}`, [
    `Statements outside of transactions cannot be told from those inside: there are from ${Math.round(fewest)} to ${Math.round(most)} requests a second. The fewest are taken, which makes them the longest; connections in use, and so the size by the formula, are the same.`,
  ]);
  return { ...between, rate: { ...between.rate, high: Math.max(between.rate.high, most) } };
}

/** Held connections, the most trusted first: by counters, then by the samples of sessions. */
function heldFigures(
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
    add(batchMeans(inBatches(held, Math.min(12, Math.floor(held.length / 4)))), sources.samples, true);
  }
  return figures;
}

/** What is missing from the samples, so that their mean is not that of all who hold a connection. */
function unseen(
  { seesIdleTransactions }: MeterFacts,
  unit: Requests['unit'],
  samples: readonly Sample[],
  readings: readonly Reading[],
): string | undefined {
  if (unit !== 'statement' && !seesIdleTransactions) return 'which sessions idle in a transaction';
  const hidden = Math.max(0, ...samples.map((sample) => sample.hidden));
  const visible = mean(samples.map((sample) => sample.visible));
  const connected = mean(readings.map((reading) => reading.connected));
  // Some come and go between a sample and a reading.
  const missing = visible < connected * 0.9 - 1 ? Math.max(1, Math.round(connected - visible)) : hidden;
  return missing > 0 ? `what ${formatCount(missing, 'session')} of other users did` : undefined;
}

function unseenNote(
  facts: MeterFacts,
  unit: Requests['unit'],
  samples: readonly Sample[],
  readings: readonly Reading[],
): string {
  const what = samples.length > 0 ? unseen(facts, unit, samples, readings) : undefined;
  return what === undefined ? '' : ` Not seen: ${what}; ${facts.seesSessionsBy} shows it.`;
}

function withLag(estimate: Estimate, { lagMs }: MeterFacts, seconds: number): Estimate {
  return widened(estimate, lagMs / 1_000 / seconds);
}

/** How unlike hold times are, by squares of statement times or by the ages of what was going on at random moments. */
function spreadOf(
  { unit, batches }: Requests,
  grown: Stretches['grown'],
  samples: readonly Sample[],
  meanMs: Estimate,
  { sources }: MeterFacts,
): Partial<Measurement['holdTime']> | undefined {
  const [squares, statements, times] = [grown('statementSquaresMs2'), grown('statements'), grown('statementMs')];
  const meanOf = statements && times ? sumOf(times) / sumOf(statements) : 0;
  const isOneStatement = statements && near(sumOf(statements), sumOf(batches), 0.05) && near(meanOf, meanMs.value, 0.1);
  if (squares && isOneStatement && unit === 'transaction') {
    const scv = sumOf(squares) / sumOf(statements) / meanOf ** 2 - 1;
    return byTwoMoments(meanMs, { value: scv, low: scv, high: scv }, `${sources.statements}, as a lognormal`);
  }
  const count = samples.reduce((sum, { agesMs }) => sum + agesMs.length, 0);
  if (unit === 'between' || count < 100 || samples.some(({ hidden }) => hidden > 0)) return undefined;
  // The mean age at a random moment is E[S^2] / 2 E[S] (the mean residual life; Cox, Renewal Theory (1962), section 5.4).
  const inTwelve = (of: (ages: readonly number[]) => number) =>
    inBatches(
      samples.map(({ agesMs }) => of(agesMs)),
      Math.min(12, samples.length),
    );
  const age = ratioOfBatches(
    inTwelve(sumOf),
    inTwelve((ages) => ages.length),
  );
  if (!age) return undefined;
  const scvOf = (ageMs: number) => (2 * ageMs) / meanMs.value - 1;
  const scv = { value: scvOf(age.value), low: scvOf(age.low), high: scvOf(age.high) };
  return byTwoMoments(meanMs, scv, `ages of ${count} sampled ones, as a lognormal`);
}

/**
 * Percentiles of the lognormal with this mean and squared coefficient of variation. Two moments leave the law open: the
 * bounds are also those of the gamma law, which is the exponential at a squared coefficient of 1.
 */
function byTwoMoments(meanMs: Estimate, scv: Estimate, source: string): Partial<Measurement['holdTime']> {
  const at = (p: number): Estimate => {
    const ratios = [scv.value, scv.low, scv.high].flatMap((ratio) => quantilesOfMeanOne(ratio, p));
    return {
      value: meanMs.value * (ratios[0] ?? 1),
      low: meanMs.low * Math.min(...ratios),
      high: meanMs.high * Math.max(...ratios),
    };
  };
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), source };
}

/** Of the lognormal and of the gamma law. */
function quantilesOfMeanOne(scv: number, p: number): number[] {
  if (scv < 1e-6) return [1];
  const sigma = Math.sqrt(Math.log1p(scv));
  return [
    holdDistribution({ kind: 'lognormal', medianMs: Math.exp((-sigma * sigma) / 2), sigma }),
    holdDistribution({ kind: 'gamma', shape: 1 / scv, scaleMs: scv }),
  ].map((law) => law.quantile(p));
}

function histogramBetween(first: Reading, last: Reading): HistogramBucket[] | undefined {
  if (!first.histogram || !last.histogram) return undefined;
  const before = new Map(first.histogram.map(({ toMs, count }) => [toMs, count]));
  const after = new Map(last.histogram.map(({ toMs, count }) => [toMs, count]));
  // It can be emptied without the other counters.
  if ([...before].some(([toMs, count]) => (after.get(toMs) ?? 0) < count)) return undefined;
  const grown = last.histogram.map(({ fromMs, toMs, count }) => ({
    fromMs,
    toMs,
    count: count - (before.get(toMs) ?? 0),
  }));
  return withoutOwn(grown, first.ownStatements, last.ownStatements).filter(({ count }) => count > 0);
}

/** Which of the times are poolctl's own is not known, but how many, and their mean: those nearest to it are taken out. */
function withoutOwn(
  buckets: readonly HistogramBucket[],
  first: Reading['ownStatements'],
  last: Reading['ownStatements'],
): HistogramBucket[] {
  if (!first || !last || last.count <= first.count) return [...buckets];
  let left = last.count - first.count;
  const meanMs = (last.ms - first.ms) / left;
  const distance = ({ toMs }: HistogramBucket) => Math.abs(Math.log(toMs / Math.max(meanMs, 1e-3)));
  const taken = new Map<HistogramBucket, number>();
  for (const bucket of [...buckets].sort((a, b) => distance(a) - distance(b))) {
    const take = Math.min(left, bucket.count);
    taken.set(bucket, take);
    left -= take;
  }
  return buckets.map((bucket) => ({ ...bucket, count: bucket.count - (taken.get(bucket) ?? 0) }));
}

/** Interpolated, with the bounds of the bucket. */
function percentiles(buckets: readonly HistogramBucket[]): { p50Ms: Estimate; p95Ms: Estimate; p99Ms: Estimate } {
  const law = holdDistribution({ kind: 'histogram', buckets });
  const at = (p: number): Estimate => {
    const value = law.quantile(p);
    const bucket = buckets.find(({ toMs }) => toMs >= value);
    return { value, low: bucket?.fromMs ?? value, high: bucket?.toMs ?? value };
  };
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
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
    ...known({ meanMs: ms === undefined ? undefined : ms / count }),
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

/** Whether two ways to the same figure can both be right: their intervals meet, or they are within 10 %. */
function agree(a: Estimate, b: Estimate): boolean {
  return overlap(a, b) || near(a.value, b.value, 0.1);
}

function near(a: number, b: number, ratio: number): boolean {
  return Math.abs(a - b) <= ratio * Math.max(Math.abs(a), Math.abs(b));
}

function scaled({ value, low, high }: Estimate, factor: number): Estimate {
  return { value: value * factor, low: low * factor, high: high * factor };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sumOf(values) / values.length;
}

function notMeasured(message: string): PoolctlError {
  return new PoolctlError('NOT_MEASURED', message, {
    hint: 'Measure while the application has its usual load, with the DSN of its own database; a longer --window sees more.',
  });
}
