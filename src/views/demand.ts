import { formatCount, formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { VerdictView } from '../render/view.ts';
import type { DemandVerdict, MissedTarget } from '../size/demand.ts';
import type { Sized } from '../size/result.ts';

type SimulatedFigures = Readonly<Record<'lostRatio' | 'p99WaitMs', { readonly mean: number }>>;

/** Whether the pool carries the load within its targets; nothing without a load. */
export function demandVerdictView(sized: Sized, simulated?: SimulatedFigures): VerdictView[] {
  const { outlook, demand } = sized;
  if (!demand) return [];
  const details = [...raisedText(sized), ...(outlook ? upperEndText(outlook) : [])];
  const by = simulated ? ', by simulation' : '';
  if (!demand.isMet) return [{ answer: 'no', text: `does not carry the load${by}: ${missedText(demand)}.`, details }];
  if (!outlook) {
    const each = 'every request that runs has its connections: no more run at once';
    return [{ answer: 'yes', text: `carries the load: ${each}.`, details }];
  }
  const { prediction } = outlook;
  const lost = simulated?.lostRatio.mean ?? prediction.rejectedRatio + prediction.timedOutRatio;
  const waitMs = simulated?.p99WaitMs.mean ?? prediction.p99WaitMs ?? 0;
  const text = `carries the load${by}: p99 wait ${formatDuration(waitMs)}, ${formatRatio(lost)} lost, ${formatRatio(prediction.utilization)} in use.`;
  return [{ answer: 'yes', text, details }];
}

/** What the heaviest load that the figures allow would do to a pool that is expected to carry it. */
function upperEndText({ demand, upperDemand }: NonNullable<Sized['outlook']>): string[] {
  if (!demand.isMet || upperDemand === undefined || upperDemand.isMet) return [];
  return [`At the upper end of what the figures allow: ${missedText(upperDemand)}.`];
}

/** `loses 14.3 % (target 0.1 %), p99 wait 187 ms (target 100 ms)`. */
export function missedText({ missed }: DemandVerdict): string {
  return missed.map(missText).join(', ');
}

function missText({ target, expected, allowed }: MissedTarget): string {
  if (target === 'wait') {
    return expected === undefined
      ? 'the queue grows without end'
      : `p99 wait ${formatDuration(expected)} (target ${formatDuration(allowed)})`;
  }
  if (target === 'connections') {
    return `about ${formatNumber(expected ?? 0)} connections are needed at once, and ${formatNumber(allowed)} can be used`;
  }
  const share = formatRatio(expected ?? 1);
  if (target === 'deadline')
    return `${share} hold a connection for longer than the deadline (at most ${formatRatio(allowed)})`;
  return target === 'loss'
    ? `loses ${share} (target ${formatRatio(allowed)})`
    : `${share} in use (target ${formatRatio(allowed)})`;
}

/** `formula 1, raised to 3: with 1 connection it would lose 14.3 %`. */
function raisedText({ limitedBy, connectionLimit, connectionLimitByFormula, ...sized }: Sized): string[] {
  const lines: string[] = [];
  if (limitedBy === 'targets' && connectionLimitByFormula !== undefined) {
    const { demandByFormula, outlook } = sized;
    const few = formatCount(connectionLimitByFormula, 'connection');
    const why =
      demandByFormula && !demandByFormula.isMet
        ? `with ${few}: ${missedText(demandByFormula)}`
        : `with ${few}, more than ${formatRatio(outlook?.targets.maxUtilization ?? 1)} would be in use`;
    lines.push(
      `formula ${formatNumber(connectionLimitByFormula)}, raised to ${formatNumber(connectionLimit)}: ${why}.`,
    );
  }
  const { queueLimit, queueLimitByRule } = sized;
  if (queueLimitByRule !== undefined) {
    const to = formatNumber(queueLimit);
    const change =
      queueLimit > queueLimitByRule
        ? `raised to ${to}: chance alone makes a longer queue than that`
        : `lowered to ${to}: a longer one is not served within the acquire timeout`;
    lines.push(`queueLimit by the rule ${formatNumber(queueLimitByRule)}, ${change}.`);
  }
  return lines;
}
