import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import type { ProbeRun } from '../result.ts';
import { lostOf } from '../runs.ts';
import { isCarried } from './served.ts';

/** A shorter wait is one for a busy processor. */
const leastWaitMs = 1;
/** As the targets of `size`; fewer than that many are bad luck. */
const mostLossRatio = 0.001;
const leastLost = 5;

/** The longest p99 wait that a proof bears, in ms: one mean hold time, as in `size`. */
function mostWaitMs(meanServiceMs: number): number {
  return Math.max(leastWaitMs, meanServiceMs);
}

/** Whether a run met the targets, as far as it shows. */
export function meetsTargets(run: ProbeRun): boolean {
  const { trustworthy, p99WaitMs, meanServiceMs, requests } = run;
  const lost = lostOf(run);
  const losesLittle = lost < leastLost || lost <= mostLossRatio * requests;
  if (!trustworthy || !isCarried(run) || !losesLittle || !p99WaitMs || !meanServiceMs) return false;
  return p99WaitMs.value <= mostWaitMs(meanServiceMs.value);
}

/** Whether it missed them for sure: the lower end of the interval is above. */
export function missesTargets(run: ProbeRun): boolean {
  const { p99WaitMs, meanServiceMs, trustworthy } = run;
  if (losesTooMuch(run)) return true;
  return trustworthy && p99WaitMs !== undefined && p99WaitMs.low > mostWaitMs(meanServiceMs?.high ?? 0);
}

/** What a larger pool, or a longer queue, would have served. */
function lostWaiting({ failed, stillWaiting = 0 }: ProbeRun): number {
  return (failed['queue-full'] ?? 0) + (failed['acquire-timeout'] ?? 0) + stillWaiting;
}

function losesTooMuch(run: ProbeRun): boolean {
  const lost = lostWaiting(run);
  return lost >= leastLost && lost > mostLossRatio * run.requests;
}

/** By what a run missed the targets, as the start of a sentence. */
export function missSentence(run: ProbeRun): string {
  return losesTooMuch(run)
    ? `${formatCount(lostWaiting(run), 'request')} of ${formatNumber(run.requests)} found the queue full, gave up or waited to the end`
    : `1 % waited longer than ${formatDuration(run.p99WaitMs?.low ?? 0)}, which is more than a request works,`;
}
