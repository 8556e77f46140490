import { poolText } from '../base/pool-notation.ts';
import { formatNumber } from '../base/units.ts';
import type { ProbeResult, ProbeRun } from './result.ts';

/** `9/18/30 s`; `20 × 9/18/30 s` for instances with such a pool each, `3 × ≤4/8/30 s, 11 in all` where some are smaller. */
export function poolsText({
  pool,
  instances = 1,
  connectionsInAll,
}: Pick<ProbeRun, 'pool' | 'instances' | 'connectionsInAll'>): string {
  if (instances === 1) return poolText(pool);
  const count = formatNumber(instances);
  if (connectionsInAll === undefined) return `${count} × ${poolText(pool)}`;
  return `${count} × ≤${poolText(pool)}, ${formatNumber(connectionsInAll)} in all`;
}

/** What a run lost: requests that failed or never went out. */
export function lostOf({ failed, unsent }: Pick<ProbeRun, 'failed' | 'unsent'>): number {
  return failuresOf(failed) + unsent;
}

export function failuresOf(failed: ProbeRun['failed']): number {
  return Object.values(failed).reduce((sum, count) => sum + count, 0);
}

/** Which run of a result stands for it: trustworthy and open-loop, at the size that is recommended or next to it. */
export function mainRun({ runs, recommendation }: Pick<ProbeResult, 'runs' | 'recommendation'>): ProbeRun | undefined {
  const size = recommendation?.connectionLimit;
  const rank = (run: ProbeRun) =>
    (run.loop === 'open' ? 0 : 1e12) +
    (run.trustworthy && !run.overCapacity ? 0 : 1e9) +
    (size === undefined ? 0 : Math.abs(run.pool.connectionLimit - size));
  return runs.reduce<ProbeRun | undefined>((best, run) => (best && rank(best) <= rank(run) ? best : run), undefined);
}
