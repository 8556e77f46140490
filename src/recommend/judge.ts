import { formatCount, formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { SizeResult } from '../size/result.ts';
import { type BusiestHour, busiestMinuteLoad } from './busiest.ts';
import { findBurst } from './causes/burst.ts';
import type { FoundCause } from './causes/cause.ts';
import { findLeak } from './causes/leak.ts';
import { type LongerHolds, longerInTrouble, longerSinceBefore } from './causes/slow-database.ts';
import type { SeenFigure } from './compare.ts';
import { hoursOfDay, hoursOfWeek } from './cycle.ts';
import type { RecommendDecision, SeasonalMargin } from './result.ts';
import type { Side } from './side.ts';
import type { Sizing } from './sizing.ts';
import type { Trouble } from './trouble.ts';

/** What a judgement is made of. All of one pool. */
export interface Case {
  readonly side: Side;
  readonly figures: readonly SeenFigure[];
  readonly busiest: BusiestHour;
  readonly limit: number;
  readonly trouble: Trouble;
  readonly margin: SeasonalMargin;
  readonly sizing: Sizing;
  /** For the busiest hour, and with the margin. */
  readonly need: SizeResult;
  readonly nextNeed: SizeResult;
  readonly maxLossRatio: number;
}

/** The decision on connectionLimit, and why. */
export interface PoolJudgement {
  readonly decision: RecommendDecision;
  readonly connectionLimit: number;
  readonly why: string;
  readonly cause?: FoundCause;
  readonly moreDays?: number;
  readonly notes?: readonly string[];
}

/** Holds that take so many times as long are the database's, whatever the pool makes of it. */
const muchLonger = 1.5;
/** Lower where so much of the pool is free to go; less is not worth a deploy. */
const worthLowering = 0.8;
const fewestToLower = 2;
/** With one, whoever asks for a second connection while holding it waits in vain. */
const fewestConnections = 2;
/** Of fewer, one reading in a thousand is a single one, which may be a burst. */
const fewestReadings = 1_000;
/** What was seen for less raises nothing. */
const shortestMs = 60_000;

export function judgeCase(of: Case): PoolJudgement {
  const { side, limit, need } = of;
  const leak = findLeak(side.timelines, side.hoursOf);
  if (leak) return caused(of, leak, 'connections leak, and a bigger pool would only fill later');

  const holds = longerSinceBefore(of.figures) ?? longerInTrouble(side.hours);
  const isMissed = isTooSmall(of);
  const slow = holds && slowDatabase(of, holds, isMissed);
  if (slow) return slow;

  const burst = of.trouble.isSeen && need.connectionLimit <= limit ? findBurst(side.timelines) : undefined;
  if (burst) return caused(of, burst, 'requests waited in bursts, outside of which the pool is large enough');
  const storm = holds && of.trouble.isSeen ? slowDatabase(of, holds, true) : undefined;
  if (storm) return storm;

  // A start or a burst of seconds is no load.
  if (isMissed && side.toMs - side.fromMs >= shortestMs) return raised(of);
  const unexplained = of.trouble.isSeen ? unexplainedTrouble(of) : undefined;
  if (unexplained) return unexplained;
  return lowerOrKeep(of, holds);
}

function caused({ limit }: Case, cause: FoundCause, why: string): PoolJudgement {
  return { decision: 'keep', connectionLimit: limit, why: `Keep ${limit}: ${why}.`, cause };
}

/** By the model at the busiest hour, unless what was measured there says otherwise. */
function isTooSmall({ limit, need, busiest, trouble, maxLossRatio }: Case): boolean {
  if (limit >= need.connectionLimit) return false;
  const bearable = need.outlook?.prediction.meanWaitMs;
  const isFine =
    busiest.meanWaitMs !== undefined &&
    bearable !== undefined &&
    busiest.meanWaitMs <= bearable &&
    (trouble.lossRatio ?? 0) <= maxLossRatio;
  // The model is on the safe side by a connection or so; what was measured is nearer.
  return !(isFine && limit >= 0.85 * need.connectionLimit);
}

/** Where the pool is large enough for the usual holds, or holds are far from usual, the size is not what is wrong. */
function slowDatabase(of: Case, holds: LongerHolds, isMissed: boolean): PoolJudgement | undefined {
  const { limit, sizing, nextNeed } = of;
  const usual = sizing.need(holds.usualMs / holds.nowMs).connectionLimit;
  const isCause = isMissed ? usual <= limit : holds.since === 'before' && holds.ratio >= muchLonger;
  if (!isCause) return undefined;
  return caused(
    of,
    {
      cause: 'slow-database',
      evidence: [holds.evidence, `with the usual hold time ${formatCount(usual, 'connection')} would do`],
      fix: `Find what became slow (a plan, a lock, a disk), or what holds connections for longer. If it is meant to be so, the pool needs ${nextNeed.connectionLimit}.`,
    },
    'the database became slow, or connections are held for longer, while requests did not become more',
  );
}

/** Losses beyond this may come again, and count twice. */
const manyLost = 0.01;

function raised(of: Case): PoolJudgement {
  const { limit, need, nextNeed, busiest, margin, side, trouble } = of;
  const to = Math.max(nextNeed.connectionLimit, limit + 1);
  const met =
    trouble.lossRatio !== undefined && trouble.lossRatio > of.maxLossRatio
      ? `; ${formatRatio(trouble.lossRatio)} of the requests of its worst hour got none`
      : busiest.meanWaitMs === undefined
        ? ''
        : `; requests waited ${formatDuration(busiest.meanWaitMs)} on average then`;
  const atLeast = side.coverage.isWholeWeek
    ? ''
    : ' The busiest hour of the week may not have been seen: take it as the least.';
  return {
    decision: 'raise',
    connectionLimit: to,
    why: `Raise ${limit} to ${to}: the busiest hour keeps ${formatNumber(busiest.load)} connections busy and needs ${need.connectionLimit}, and ${formatRatio(margin.ratio)} more load needs ${nextNeed.connectionLimit}${met}.${atLeast}`,
    ...((trouble.lossRatio ?? 0) > manyLost && {
      notes: ['Requests that were lost and came again count each time: the load may be less than it seems.'],
    }),
  };
}

/** Requests waited or failed, and at its busiest hour the pool is large enough by the model. */
function unexplainedTrouble(of: Case): PoolJudgement | undefined {
  const { limit, trouble, nextNeed } = of;
  const { wantedAtOnce = 0, lossRatio = 0, readings } = trouble;
  if (wantedAtOnce > limit && readings >= fewestReadings) {
    const to = Math.max(Math.ceil(wantedAtOnce), nextNeed.connectionLimit);
    return {
      decision: 'raise',
      connectionLimit: to,
      why: `Raise ${limit} to ${to}: one reading in a thousand had ${formatNumber(Math.ceil(wantedAtOnce))} connections in use or asked for at once, more than the rates of the hours explain.`,
    };
  }
  if (lossRatio <= of.maxLossRatio) return undefined;
  const lost = of.side.hours.filter(({ grown: { timedOut = 0, refused = 0 } }) => timedOut + refused > 0);
  const full = Math.max(0, ...lost.map(({ atLimitRatio = 0 }) => atLimitRatio));
  if (full > 0) {
    return {
      decision: 'keep',
      connectionLimit: limit,
      why: `Keep ${limit}: ${formatRatio(lossRatio)} of the requests of the worst hour got no connection, while all were in use for up to ${formatRatio(full)} of an hour, which the load does not explain.`,
      notes: ['Something held connections for minutes: look for locks, slow statements and jobs at that time.'],
    };
  }
  return {
    decision: 'keep',
    connectionLimit: limit,
    why: `Keep ${limit}: ${formatRatio(lossRatio)} of the requests of the worst hour got no connection although some were free.`,
    notes: [
      'Time-outs with free connections are those of opening a connection: look at the server, the network and `poolctl doctor`.',
    ],
  };
}

/** What a minute far above its hour needs, which the hour does not show: a cron comes again. */
function burstNeed({ side, busiest, sizing, margin }: Case): number {
  const usual = busiest.load * busiest.unevenness;
  const factor = usual > 0 ? busiestMinuteLoad(side.poolHours) / usual : 0;
  return factor > 1 + margin.ratio ? sizing.need(factor).connectionLimit : 0;
}

function lowerOrKeep(of: Case, holds: LongerHolds | undefined): PoolJudgement {
  const { limit, need, nextNeed, margin, side, busiest, trouble } = of;
  const atOnce = Math.ceil(trouble.wantedAtOnce ?? 0);
  const inBursts = burstNeed(of);
  const least = Math.max(fewestConnections, nextNeed.connectionLimit, atOnce, inBursts);
  const isMuch = least <= worthLowering * limit && limit - least >= fewestToLower;
  const { isWholeWeek, hoursOfWeek: seenHours } = side.coverage;
  const load = `the busiest hour seen keeps ${formatNumber(busiest.load)} connections busy and needs ${need.connectionLimit}`;
  if (!isWholeWeek) {
    const moreDays = Math.max(1, Math.ceil((hoursOfWeek - seenHours) / hoursOfDay));
    return {
      decision: 'not-enough',
      connectionLimit: limit,
      moreDays,
      why: `Not enough seen yet: ${load}, of ${formatNumber(limit)}, but only ${formatNumber(seenHours)} of the 168 hours of a week were seen. Watch ${formatCount(moreDays, 'more day', 'more days')}.`,
    };
  }
  const more =
    least <= Math.max(fewestConnections, nextNeed.connectionLimit)
      ? ''
      : least === atOnce
        ? `, and ${least} were in use or asked for at once`
        : `, and its busiest minute needs ${least}`;
  if (isMuch && !holds && !trouble.isSeen && !busiest.isAtLeast) {
    return {
      decision: 'lower',
      connectionLimit: least,
      why: `Lower ${limit} to ${least}: ${load}; with ${formatRatio(margin.ratio)} more load it needs ${nextNeed.connectionLimit}${more}.`,
    };
  }
  return {
    decision: 'keep',
    connectionLimit: limit,
    why: `Keep ${limit}: ${load} by the model, with ${formatRatio(margin.ratio)} more load ${nextNeed.connectionLimit}${limit < need.connectionLimit ? '; but requests hardly waited, and what was measured has the last word' : ''}.`,
    ...(holds && { notes: [`Not lowered, since ${holds.evidence}.`] }),
  };
}
