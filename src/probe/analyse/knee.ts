import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import { fitUsl } from '../../scalability/usl.ts';
import { leastUslLevels } from '../../scalability/usl-points.ts';
import type { KneeFound, Ramp, RampLevel } from '../result.ts';

/** What the levels themselves do not show. */
export interface KneeFacts {
  /** The most connections that the guard allowed. */
  readonly mostConnections?: number;
  readonly roundTripMs?: number;
  /** Share of the server's busy sessions that waited for locks at the larger sizes, where it can be seen. */
  readonly lockWaitRatio?: number;
}

/** How far a level may be below the best one; more where its own noise is more, up to `mostSlack`. */
const slack = 0.05;
const mostSlack = 0.15;
/** Beyond so many times the service time, more throughput is paid for with waiting in the server. */
const mostStretch = 3;
const someLocks = 0.3;
const nearRoundTrip = 1.5;
const leastRSquared = 0.95;

/**
 * The smallest size that reaches the best throughput within the noise, among those whose service p95 is at most three times
 * that of the flat start (sizes 2 to 3: one connection alone pays for waking idle processors).
 */
export function findRampKnee(levels: readonly RampLevel[], facts: KneeFacts = {}): KneeFound {
  const sorted = inOrder(levels);
  const [last] = sorted.slice(-1);
  if (!last) return { limitedBy: 'none', reason: 'No step of the ramp completed a request.' };
  const power = { power: powerOf(sorted) };
  const quick = sorted.filter(({ serviceP95Ms }) => serviceP95Ms <= mostStretch * flatStart(sorted).serviceP95Ms);
  const best = bestOf(quick);
  const knee = quick.find((level) => rate(level) >= (1 - slackOf(best)) * rate(best)) ?? best;
  if (knee === last) return { ...power, ...stillGrowing(sorted, last, facts) };
  return {
    connectionLimit: knee.connectionLimit,
    throughputPerSecond: rate(knee),
    ...power,
    ...limitOf(sorted, knee, facts),
  };
}

function rate({ throughputPerSecond }: RampLevel): number {
  return throughputPerSecond.value;
}

function inOrder(levels: readonly RampLevel[]): RampLevel[] {
  return levels.filter((level) => rate(level) > 0).sort((left, right) => left.connectionLimit - right.connectionLimit);
}

function bestOf(levels: readonly RampLevel[]): RampLevel {
  return levels.reduce((best, level) => (rate(level) > rate(best) ? level : best));
}

function flatStart(levels: readonly RampLevel[]): RampLevel {
  const early = levels.filter(({ connectionLimit }) => connectionLimit === 2 || connectionLimit === 3);
  const [first] = early.length > 0 ? early : levels.filter(({ connectionLimit }) => connectionLimit > 1);
  return first ?? bestOf(levels);
}

function slackOf({ throughputPerSecond: { value, high } }: RampLevel): number {
  return Math.min(mostSlack, Math.max(slack, (high - value) / value));
}

/** Throughput per time of a request, which is connections over throughput (Little). Kleinrock, ICC 1979. */
function powerOf(levels: readonly RampLevel[]): number {
  const power = (level: RampLevel) => rate(level) ** 2 / level.connectionLimit;
  const several = levels.filter(({ connectionLimit }) => connectionLimit > 1);
  const from = several.length > 0 ? several : levels;
  return from.reduce((best, level) => (power(level) > power(best) ? level : best)).connectionLimit;
}

type Limit = Pick<KneeFound, 'limitedBy' | 'reason'>;

/** No level after the best one shows that more bring nothing. */
function stillGrowing(levels: readonly RampLevel[], last: RampLevel, { mostConnections }: KneeFacts): Limit {
  if (last.boundBy === 'client') return { limitedBy: 'client', reason: ownLoop(last) };
  const before = levels.at(-2);
  const gain = before
    ? `from ${before.connectionLimit} to ${connections(last)} throughput rose from ${perSecond(before)} to ${perSecond(last)}`
    : `one size was measured: ${connections(last)} did ${perSecond(last)}`;
  const steps = 'no size after it shows that more would bring nothing';
  if (mostConnections !== undefined && last.connectionLimit >= mostConnections) {
    return {
      limitedBy: 'slots',
      reason: `The guard allows no more than ${formatCount(mostConnections, 'connection')} here: ${gain}, and ${steps}.`,
    };
  }
  const flat = before && isProportional(before, last) ? ' The work only waits, so only a rate can size this pool.' : '';
  return { limitedBy: 'none', reason: `There is no knee in this range: ${gain}, and ${steps}.${flat}` };
}

/** Twice the connections did twice the work in the same time, or nearly. */
function isProportional(before: RampLevel, last: RampLevel): boolean {
  const efficiency = rate(last) / rate(before) / (last.connectionLimit / before.connectionLimit);
  return efficiency >= 0.85 && last.serviceP95Ms <= 1.2 * before.serviceP95Ms;
}

function limitOf(levels: readonly RampLevel[], knee: RampLevel, facts: KneeFacts): Limit {
  const beyond = levels.filter(({ connectionLimit }) => connectionLimit > knee.connectionLimit);
  const last = beyond.at(-1) ?? knee;
  const around = [knee, ...beyond.slice(0, 1)];
  const flat = `${connections(knee)} ${knee.connectionLimit === 1 ? 'does' : 'do'} ${perSecond(knee)}, and ${last.connectionLimit} do ${perSecond(last)}`;
  const busy = beyond.filter(({ boundBy }) => boundBy === 'client');
  // Where poolctl was the limit in most of the flat part, the server's own limit was not seen.
  const own =
    around.find(({ boundBy }) => boundBy === 'client') ?? (2 * busy.length > beyond.length ? busy[0] : undefined);
  if (own) return { limitedBy: 'client', reason: `${flat}, but ${ownLoop(own)}` };
  const starved = around.find(({ boundBy }) => boundBy === 'host');
  if (starved) {
    return {
      limitedBy: 'host',
      reason: `${flat}: server and poolctl share the processors of this machine, and poolctl got only ${formatNumber(starved.client.cpuPerSecond)} of a core while it had work for ${formatRatio(starved.client.eventLoopUtilization)} of the time. Probe from another machine for a figure of the server alone.`,
    };
  }
  const { lockWaitRatio = 0, roundTripMs } = facts;
  if (lockWaitRatio >= someLocks) {
    return {
      limitedBy: 'locks',
      reason: `${flat}: ${formatRatio(lockWaitRatio)} of the sessions at work waited for locks of each other.`,
    };
  }
  if (roundTripMs !== undefined && last.serviceP50Ms <= nearRoundTrip * roundTripMs) {
    return {
      limitedBy: 'network',
      reason: `${flat}: a request takes ${formatDuration(last.serviceP50Ms)} of which the round trip alone is ${formatDuration(roundTripMs)}, so the way to the server is full and not the server.`,
    };
  }
  const reason = `${flat}, while the ${stretch(knee, last)}.${bought(levels, knee)}${unseenBelow(levels, knee)}`;
  return { limitedBy: 'server', reason };
}

function ownLoop({ connectionLimit, client }: RampLevel): string {
  return `poolctl itself was at its limit with ${connectionLimit} (event loop ${formatRatio(client.eventLoopUtilization)} busy, ${formatNumber(client.cpuPerSecond)} cores used): the server may do more.`;
}

function stretch(knee: RampLevel, last: RampLevel): string {
  return `service time goes from ${formatDuration(knee.serviceP50Ms)} to ${formatDuration(last.serviceP50Ms)} (p95 ${formatDuration(knee.serviceP95Ms)} to ${formatDuration(last.serviceP95Ms)})`;
}

/** Where a larger size did more, at the price of the service time. */
function bought(levels: readonly RampLevel[], knee: RampLevel): string {
  const best = bestOf(levels);
  const more = rate(best) / rate(knee) - 1;
  if (best.connectionLimit <= knee.connectionLimit || more <= mostSlack) return '';
  return ` ${connections(best)} did ${formatRatio(more)} more, at ${formatNumber(best.serviceP95Ms / flatStart(levels).serviceP95Ms)} times the service time (p95) of an idle server.`;
}

/** Sizes that were given may all lie beyond the knee. */
function unseenBelow([first]: readonly RampLevel[], knee: RampLevel): string {
  if (knee !== first || knee.connectionLimit === 1) return '';
  return ` No smaller size was measured: fewer than ${knee.connectionLimit} may do as much.`;
}

function perSecond(level: RampLevel): string {
  return `${formatNumber(rate(level))}/s`;
}

function connections({ connectionLimit }: RampLevel): string {
  return formatCount(connectionLimit, 'connection');
}

/** The scalability law, without one connection alone, and only where it describes what was measured. */
export function rampUsl(levels: readonly RampLevel[]): Ramp['usl'] {
  const points = inOrder(levels)
    .filter(({ connectionLimit }) => connectionLimit > 1)
    .map((level) => ({ concurrency: level.connectionLimit, throughputPerSecond: rate(level) }));
  if (points.length < leastUslLevels) return undefined;
  const { singleThroughputPerSecond, contention, coherency, peak, uncertainty, rSquared } = fitUsl(points);
  if (!(rSquared > leastRSquared)) return undefined;
  return { singleThroughputPerSecond, contention, coherency, peak, uncertainty };
}

/** A ramp from its levels: sorted, with its knee, its law, and what was at its limit from the knee on. */
export function rampOf(levels: readonly RampLevel[], workers: number, rounds: number, facts: KneeFacts = {}): Ramp {
  const knee = findRampKnee(levels, facts);
  const usl = rampUsl(levels);
  const isServer = (level: RampLevel) =>
    level.boundBy === 'pool' &&
    knee.limitedBy === 'server' &&
    level.connectionLimit >= (knee.connectionLimit ?? Infinity);
  return {
    workers,
    rounds,
    levels: [...levels]
      .sort((left, right) => left.connectionLimit - right.connectionLimit)
      .map((level) => (isServer(level) ? { ...level, boundBy: 'server' as const } : level)),
    knee,
    ...(usl && { usl }),
  };
}
