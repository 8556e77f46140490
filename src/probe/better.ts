import { poolText } from '../base/pool-notation.ts';
import { formatDuration, formatNumber, formatRatio, perSecond } from '../base/units.ts';
import { overlap } from '../stats/estimate.ts';
import { intervalText } from '../stats/interval-text.ts';
import type { ProbeRun } from './result.ts';
import { lostOf } from './runs.ts';

export interface Better {
  readonly headline: string;
  readonly reason: string;
  /** The intervals are apart, and no figure is poolctl's own. */
  readonly isClear: boolean;
}

/** Which of the runs did better: it lost less, or served more, or let its requests wait less. */
export function betterOf(runs: readonly ProbeRun[]): Better | undefined {
  const [first, second] = [...bySettings(runs).values()];
  if (!first || !second) return undefined;
  const trusted = [first, second].every(({ trustworthy }) => trustworthy);
  const found = byLoss(first, second) ?? byThroughput(first, second) ?? byWait(first, second);
  if (!found) {
    const waits = [first, second].map((run) => intervalText(run.p99WaitMs, formatDuration)).join(' and ');
    return {
      headline: `no difference between ${poolText(first.pool)} and ${poolText(second.pool)} beyond the noise`,
      reason: `p99 wait ${waits}: the 95 % intervals overlap.`,
      isClear: false,
    };
  }
  return {
    headline: `${poolText(found.run.pool)} is better: ${found.text}`,
    reason: trusted ? found.reason : `${found.reason} But poolctl itself was late: its times are not the server's.`,
    isClear: trusted,
  };
}

/** The first run of each settings: interleaved rounds are one run each by then, and the rest would repeat it. */
function bySettings(runs: readonly ProbeRun[]): Map<string, ProbeRun> {
  const first = new Map<string, ProbeRun>();
  for (const run of runs) if (!first.has(poolText(run.pool))) first.set(poolText(run.pool), run);
  return first;
}

interface Found {
  readonly run: ProbeRun;
  readonly text: string;
  readonly reason: string;
}

function byLoss(a: ProbeRun, b: ProbeRun): Found | undefined {
  const [lossA, lossB] = [a, b].map((run) => (run.requests > 0 ? lostOf(run) / run.requests : 0)) as [number, number];
  if (Math.abs(lossA - lossB) < 0.005) return undefined;
  const [run, less, more] = lossA < lossB ? [a, lossA, lossB] : [b, lossB, lossA];
  return {
    run,
    text: `${formatRatio(less)} lost against ${formatRatio(more)}`,
    reason: `${formatNumber(lostOf(a))} of ${formatNumber(a.requests)} requests against ${formatNumber(lostOf(b))} of ${formatNumber(b.requests)}.`,
  };
}

function byThroughput(a: ProbeRun, b: ProbeRun): Found | undefined {
  const [x, y] = [a.throughputPerSecond, b.throughputPerSecond];
  // In an open loop both serve what comes; what differs then is a matter of chance or of loss.
  if (overlap(x, y) || Math.min(x.value, y.value) > 0.98 * Math.max(x.value, y.value)) return undefined;
  const [run, more, less] = x.value > y.value ? [a, x, y] : [b, y, x];
  return {
    run,
    text: `${perSecond(more.value)} against ${perSecond(less.value)}${timesText(more.value, less.value)}`,
    reason: `${intervalText(more, perSecond)} against ${intervalText(less, perSecond)}: the 95 % intervals are apart.`,
  };
}

function byWait(a: ProbeRun, b: ProbeRun): Found | undefined {
  const [x, y] = [a.p99WaitMs, b.p99WaitMs];
  if (overlap(x, y)) return undefined;
  const [run, less, more] = x.value < y.value ? [a, x, y] : [b, y, x];
  return {
    run,
    text: `p99 wait ${formatDuration(less.value)} against ${formatDuration(more.value)}${timesText(more.value, less.value)}`,
    reason: `${intervalText(less, formatDuration)} against ${intervalText(more, formatDuration)}: the 95 % intervals are apart.`,
  };
}

function timesText(more: number, less: number): string {
  return less > 0 && more / less < 1_000 ? ` (${formatNumber(more / less)} times)` : '';
}
