import { withoutUndefined } from '../../base/without-undefined.ts';
import { toMicroseconds, toMilliseconds } from '../../stats/hdr/microseconds.ts';
import type { SecondOf, StepRun } from '../load/model.ts';
import type { StallFigures } from '../result.ts';

/** When the database froze and thawed, in ms from the start of the step; `warmupMs` of the step lies before its series. */
export interface StallMoments {
  readonly frozenMs: number;
  readonly thawedMs: number;
  readonly warmupMs?: number;
}

/** As quick as before: within this factor of the usual p95, or this much above it where that is tiny. */
const usualFactor = 1.5;
const usualExtraMs = 2;
/** So many quick seconds in a row are no chance. */
const quickSeconds = 2;

/** What a stall did, second by second; failures are those of the whole run, of which nearly all come from the stall. */
export function stallFigures(run: StepRun, { frozenMs, thawedMs, warmupMs = 0 }: StallMoments): StallFigures {
  const { seconds, histogramsUs } = run;
  const [fromMs, toMs] = [frozenMs - warmupMs, thawedMs - warmupMs];
  const usualMs = usualP95Ms(seconds, fromMs);
  const lateUs = toMicroseconds(Math.max(usualFactor * usualMs, usualMs + usualExtraMs, leastLateMs(toMs - fromMs)));
  return {
    fromMs,
    toMs,
    requestsDuring: Math.round(arrivalsBetween(seconds, fromMs, toMs)),
    servedLate: histogramsUs.total.countAbove(lateUs),
    failedDuring: run.failed,
    longestQueue: seconds.reduce((most, { longestQueue }) => Math.max(most, longestQueue), 0),
    longestWaitMs: toMilliseconds(histogramsUs.wait.max),
    ...withoutUndefined({ recoveredAfterMs: recoveredAfterMs(seconds, usualMs, toMs) }),
  };
}

/** A hundredth of the stall: what came in its last moments waited hardly longer than usual. */
function leastLateMs(stallMs: number): number {
  return stallMs / 100;
}

/** Median over the full seconds before the stall; those that had nothing to do tell nothing. */
function usualP95Ms(seconds: readonly SecondOf[], fromMs: number): number {
  const before = seconds
    .slice(0, Math.max(1, Math.floor(fromMs / 1_000)))
    .flatMap(({ p95Ms }) => (p95Ms === undefined ? [] : [p95Ms]))
    .sort((left, right) => left - right);
  return before[Math.floor(before.length / 2)] ?? 0;
}

/** What ended in a second, and by how much the queue grew in it, is what came in it. */
function arrivalsBetween(seconds: readonly SecondOf[], fromMs: number, toMs: number): number {
  return seconds.reduce((sum, { completed, failed, waiting }, index) => {
    const came = Math.max(0, completed + failed + waiting - (seconds[index - 1]?.waiting ?? 0));
    const overlapMs = Math.min(toMs, (index + 1) * 1_000) - Math.max(fromMs, index * 1_000);
    return sum + came * Math.max(0, overlapMs / 1_000);
  }, 0);
}

function recoveredAfterMs(seconds: readonly SecondOf[], usualMs: number, toMs: number): number | undefined {
  const boundMs = Math.max(usualFactor * usualMs, usualMs + usualExtraMs);
  const isQuick = ({ failed, p95Ms }: SecondOf) => p95Ms !== undefined && failed === 0 && p95Ms <= boundMs;
  const first = seconds.findIndex(
    (_, index) =>
      (index + 1) * 1_000 > toMs &&
      index + quickSeconds <= seconds.length &&
      seconds.slice(index, index + quickSeconds).every(isQuick),
  );
  return first < 0 ? undefined : Math.max(0, first * 1_000 - toMs);
}
