import { mean } from '../../stats/estimate.ts';
import type { ClientUse, StepRun } from '../load/model.ts';

/** Above it, with the processor used as well, poolctl's own event loop is full. */
const fullLoop = 0.9;
const usedProcessor = 0.5;
/** A loop that has work for that much of the time, and gets less than half of it from the processor, is starved. */
const busyLoop = 0.6;

export type ClientLimit = 'client' | 'host';

/**
 * Whether a step of a closed loop was limited on our side: `client` where poolctl itself was, `host` where the server has
 * the processors of this machine. Neither eventLoopUtilization nor the processor time tells alone (probe.md 2.3). Not for
 * open loops: what starts requests in time may spin, and its lag tells more.
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

/** Of several rounds: of their means. */
export function clientLimitOf(runs: readonly StepRun[], isServerHere: boolean): ClientLimit | undefined {
  const of = (key: 'eventLoopUtilization' | 'cpuPerSecond' | 'threads') => mean(runs.map(({ client }) => client[key]));
  const use = {
    eventLoopUtilization: of('eventLoopUtilization'),
    cpuPerSecond: of('cpuPerSecond'),
    threads: of('threads'),
  };
  return clientLimit(use, isServerHere);
}

/** Whether percentiles are the server's and the pool's: poolctl's own delay is below 1 ms, or a tenth of what is told. */
export function isTrustworthy(lagP99Ms: number, toldP99Ms: number): boolean {
  return lagP99Ms <= Math.max(1, 0.1 * toldP99Ms);
}
