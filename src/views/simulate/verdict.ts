import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import type { View } from '../../render/view.ts';
import type { Figures } from '../../simulate/figures.ts';
import type { TargetCheck } from '../../simulate/verdict.ts';
import { driverTexts } from './driver.ts';
import { answerOf, type SimulatedPool, type SimulationOutcome, settingsText } from './outcome.ts';
import { estimateText } from './tables.ts';

type Verdict = NonNullable<View['verdict']>;

/** Whether the first pool meets its targets, how the second one did, and what happened. */
export function verdictOf(outcome: SimulationOutcome): Verdict {
  const { pools, isFinished, load } = outcome;
  const [first, ...others] = pools;
  if (!isFinished || !first) return interrupted(outcome);
  return {
    answer: answerOf(first.verdict),
    text: judgement(first, outcome),
    details: [
      ...others.map((pool) => judgement(pool, outcome)),
      ...pools.flatMap((pool) => reasons(pool, outcome)),
      ...driverTexts(outcome),
      sceneOf(outcome),
      ...deployText(outcome),
      load,
    ],
  };
}

/** Which is the smallest pool of a sweep that meets the targets. */
export function sweepAnswer(outcome: SimulationOutcome): { headline: string; verdict: Verdict } {
  const { pools, isFinished, load } = outcome;
  const smallest = smallestOf(pools);
  const wanted = targetsText(outcome);
  return {
    headline: smallest
      ? `${smallest.settings.connections} is the smallest of these that meets ${wanted}`
      : `None of these meets ${wanted}`,
    verdict: isFinished
      ? {
          answer: smallest ? answerOf(smallest.verdict) : 'no',
          text: sceneOf(outcome),
          details: [...driverTexts(outcome), load],
        }
      : interrupted(outcome),
  };
}

/** Of pools in rising order, the first that meets its targets. */
export function smallestOf(pools: readonly SimulatedPool[]): SimulatedPool | undefined {
  return pools.find(({ verdict }) => verdict.meetsTargets);
}

function interrupted(outcome: SimulationOutcome): Verdict {
  return {
    answer: 'unknown',
    text: `interrupted: what was done until then. ${sceneOf(outcome)}`,
    details: [outcome.load],
  };
}

function sceneOf({ scenario, summary }: SimulationOutcome): string {
  return `${scenario}: ${summary}.`;
}

function deployText({ mostInstances, instances }: SimulationOutcome): string[] {
  const running = formatCount(mostInstances, 'instance');
  return mostInstances > instances ? [`${running} in the deploy, ${formatNumber(instances)} otherwise.`] : [];
}

function targetsText({ targets, deadlineMs }: SimulationOutcome): string {
  const { maxWaitP99Ms, maxLossRatio, minInTimeRatio } = targets;
  const parts = [`p99 wait ≤ ${formatDuration(maxWaitP99Ms)}`, `loss ≤ ${formatRatio(maxLossRatio)}`];
  if (deadlineMs !== undefined && minInTimeRatio !== undefined)
    parts.push(`${formatRatio(minInTimeRatio)} answered within ${formatDuration(deadlineMs)}`);
  return parts.join(', ');
}

/** `40/50/2 s misses its targets, the stall included: 7.7 % lost, at most 0.1 % wanted.` */
function judgement(simulated: SimulatedPool, { deadlineMs, label }: SimulationOutcome): string {
  const { figures, verdict } = simulated;
  const { meetsTargets, isSure, checks } = verdict;
  const telling = checks.filter(({ isMet }) => isMet === meetsTargets);
  const found = telling.map((check) => checkText(check, figures, deadlineMs)).join('; ');
  const pool = settingsText(simulated);
  const answer = isSure
    ? `${pool} ${meetsTargets ? 'meets' : 'misses'} its targets`
    : `It is not clear whether ${pool} meets its targets`;
  return `${answer}${label === undefined ? '' : `, the ${label} included`}: ${found}.`;
}

function checkText({ target, figure, bound }: TargetCheck, figures: Figures, deadlineMs = 0): string {
  const estimate = figures[figure];
  switch (target) {
    case 'wait':
      return `p99 wait ${estimateText(estimate, formatDuration)}, at most ${formatDuration(bound)} wanted`;
    case 'loss':
      return `${estimateText(estimate, formatRatio)} lost, at most ${formatRatio(bound)} wanted`;
    case 'deadline':
      return `${estimateText(estimate, formatRatio)} answered within ${formatDuration(deadlineMs)}, at least ${formatRatio(bound)} wanted`;
    default:
      return target satisfies never;
  }
}

/** Why it did so, where the figures alone do not tell. */
function reasons(pool: SimulatedPool, outcome: SimulationOutcome): string[] {
  const { settings, figures } = pool;
  const { mostInstances, maxConnections, label } = outcome;
  const { refusedByServerRatio, stillWaitingRatio, throughputPerSecond } = figures;
  const found: string[] = [];
  if (maxConnections !== undefined && refusedByServerRatio.mean > 0) {
    const { connections } = settings;
    const all = `${formatCount(mostInstances, 'instance')} × ${formatNumber(connections)} = ${formatNumber(mostInstances * connections)}`;
    found.push(`The server refuses connections: ${all} needed, ${formatNumber(maxConnections)} allowed.`);
  }
  if (label === undefined && stillWaitingRatio.mean > 0.05) {
    const served = formatNumber(throughputPerSecond.mean);
    found.push(
      `${settingsText(pool)} serves ${served} requests a second and gets more: its queue grows as long as the load lasts.`,
    );
  }
  return found;
}
