/** What an exact solution gives. Waits are of the requests that get a connection; ratios are 0 to 1. */
export interface ExactFigures {
  waitProbability?: number;
  rejectedRatio?: number;
  timedOutRatio?: number;
  meanWaitMs?: number;
  p99WaitMs?: number;
}
export function mmcq(connections: number, load: number, holdMs: number, queueLimit?: number): ExactFigures;
export function erlangLoss(connections: number, load: number): ExactFigures;
export function fixedPatience(connections: number, load: number, holdMs: number, timeoutMs: number): ExactFigures;
export function mg1(load: number, holdMs: number, holdScv: number): ExactFigures;
export function gmc(connections: number, holdMs: number, gapTransform: (s: number) => number): ExactFigures;
export function batchesMm1(load: number, holdMs: number, size: number): ExactFigures;
export function burstyMmc(
  connections: number,
  holdMs: number,
  bursts: { ratePerSecond: number; factor: number; burstMs: number; quietMs: number },
): ExactFigures;
/** `choose` says which of the two, 0 or 1, by the requests on each and by which got the one before. */
export function twoLanes(
  load: number,
  holdMs: number,
  choose: (first: number, second: number, last: number) => number,
  most?: number,
): ExactFigures;
