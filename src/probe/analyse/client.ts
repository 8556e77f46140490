import { mean } from '../../stats/estimate.ts';
import type { ClientUse, StepRun } from '../load/model.ts';

/** An event loop that is busier, and uses so much of a processor, is full. */
const fullLoop = 0.9;
const usedProcessor = 0.5;
/** An event loop that has work for so much of the time, and gets less than half of it from the processor, is starved. */
const busyLoop = 0.6;

export type ClientLimit = 'client' | 'host';

/**
 * Whether a step of a closed loop was limited on our side: `client` where poolctl itself was, `host` where the server has
 * the processors of this machine. Neither eventLoopUtilization nor the processor time shows it alone. Not for open
 * loops: their pump may spin, and their lag shows more.
 */
export function clientLimit(
  use: Pick<ClientUse, 'eventLoopUtilization' | 'cpuPerSecond' | 'threads'>,
  isServerHere: boolean,
): ClientLimit | undefined {
  const { eventLoopUtilization: loop, cpuPerSecond, threads } = use;
  const processor = cpuPerSecond / Math.max(1, threads);
  if (loop > fullLoop && processor > usedProcessor) return 'client';
  if (isServerHere && loop > busyLoop && processor < 0.5 * loop) return 'host';
  return undefined;
}

/** The same of several rounds, by their means. */
export function clientLimitOf(runs: readonly StepRun[], isServerHere: boolean): ClientLimit | undefined {
  const of = (key: 'eventLoopUtilization' | 'cpuPerSecond' | 'threads') => mean(runs.map(({ client }) => client[key]));
  const use = {
    eventLoopUtilization: of('eventLoopUtilization'),
    cpuPerSecond: of('cpuPerSecond'),
    threads: of('threads'),
  };
  return clientLimit(use, isServerHere);
}

/** Whether percentiles are the server's and the pool's: poolctl's own delay is below 1 ms, or a tenth of `toldP99Ms`. */
export function isTrustworthy(lagP99Ms: number, toldP99Ms: number): boolean {
  return lagP99Ms <= Math.max(1, 0.1 * toldP99Ms);
}
