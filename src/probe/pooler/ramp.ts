import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import { rampUsl } from '../analyse/knee.ts';
import type { KneeFound, Ramp, RampLevel } from '../result.ts';
import { isBelowReach, queueEvidence, refusalEvidence, type ThroughPooler } from './limit.ts';

/**
 * A ramp that went through a pooler. What it runs at once on the server is the knee, where the server itself had none
 * before: the few more that a larger pool serves there are the gaps between two requests of one connection.
 */
export function rampThroughPooler(ramp: Ramp, facts: ThroughPooler): Ramp {
  const { atOnce, letIn, refusal } = facts.pooler.reach;
  const { levels, knee } = ramp;
  if (isBelowReach(knee, facts)) return ramp;
  if (atOnce >= letIn) {
    const most = levels.find(({ connectionLimit }) => connectionLimit === letIn);
    if (!refusal) return ramp;
    return { ...ramp, knee: { ...kneeAt(most, knee), reason: refusalEvidence(facts), beyond: noMore(facts) } };
  }
  const within = levels.filter(({ connectionLimit }) => connectionLimit <= atOnce);
  const at = within.at(-1);
  const last = levels.at(-1);
  if (!at || !last) return ramp;
  const { usl: _, ...rest } = ramp;
  const usl = rampUsl(within);
  return {
    ...rest,
    levels: levels.map((level) => (isQueue(level, atOnce) ? { ...level, boundBy: 'pooler' } : level)),
    knee: {
      ...kneeAt(at, knee),
      reason: `${flat(at, last)}. ${queueEvidence(facts).join(' ')}`,
      beyond: onlyMoves(at.connectionLimit, facts),
    },
    ...(usl && { usl }),
  };
}

/** Less is within the noise. */
const clearGain = 0.05;

function isQueue({ connectionLimit, boundBy }: RampLevel, atOnce: number): boolean {
  return connectionLimit >= atOnce && (boundBy === 'pool' || boundBy === 'server');
}

function kneeAt(level: RampLevel | undefined, { power }: KneeFound): Omit<KneeFound, 'reason'> {
  return {
    ...(level && {
      connectionLimit: level.connectionLimit,
      throughputPerSecond: level.throughputPerSecond.value,
    }),
    limitedBy: 'pooler',
    ...(power !== undefined && { power }),
  };
}

/** What a larger pool does before a pooler that runs fewer at once. */
function onlyMoves(size: number, { pooler: { name, settings } }: ThroughPooler): string {
  const { queryWaitTimeoutMs } = settings ?? {};
  const bound =
    queryWaitTimeoutMs === undefined ? '' : `, but query_wait_timeout (${formatDuration(queryWaitTimeoutMs)})`;
  return `More than ${formatCount(size, 'connection')} only move the queue into ${name}: requests wait as long, and neither queueLimit nor acquireTimeout bounds that wait${bound}.`;
}

/** What one more connection meets. */
function noMore({ pooler: { name, reach } }: ThroughPooler): string {
  const more = `More than ${formatCount(reach.letIn, 'connection')}`;
  if (reach.refusal?.kind !== 'pooler-wait') return `${more} are not let in.`;
  return `${more} wait: ${name} gives each client a connection of its own, for as long as it is connected.`;
}

function flat(at: RampLevel, last: RampLevel): string {
  const rate = ({ throughputPerSecond }: RampLevel) => `${formatNumber(throughputPerSecond.value)}/s`;
  const verb = at.connectionLimit === 1 ? 'does' : 'do';
  const first = `${formatCount(at.connectionLimit, 'connection')} ${verb} ${rate(at)}`;
  if (at === last) return first;
  const gain = last.throughputPerSecond.value / at.throughputPerSecond.value - 1;
  const gaps = gain > clearGain ? ', which fill the gaps between two requests of one connection' : '';
  return `${first}, and ${formatNumber(last.connectionLimit)} do ${rate(last)}${gaps}`;
}
