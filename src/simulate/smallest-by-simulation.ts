import { maxCount } from '../base/units.ts';
import { meanRatePerSecond } from '../traffic/arrivals.ts';
import type { SimulationInput, SimulationRun } from './model.ts';
import { advanceToEnd, type ProgressOptions } from './progress.ts';
import { Simulation } from './run.ts';

export interface WaitTargets {
  readonly maxWaitP99Ms: number;
  /** Share of the requests that may fail for good. */
  readonly maxLossRatio: number;
}

/** A simulation whose connections are sought; 300,000 requests long, a tenth of it to warm up, unless it says otherwise. */
export interface SearchInput extends Omit<SimulationInput, 'connections' | 'durationMs'> {
  readonly durationMs?: number;
}

export interface SimulatedCandidate {
  readonly connections: number;
  readonly meetsTargets: boolean;
  readonly run: SimulationRun;
}

export interface SimulatedSmallest {
  /** Fewest connections of one pool that meet the targets; undefined when none up to `most` do, or when stopped before one did. */
  readonly connections?: number;
  /** In the order in which they were tried. */
  readonly candidates: readonly SimulatedCandidate[];
  /** False when the signal stopped the search: `connections` is then the fewest found so far. */
  readonly isFinished: boolean;
}

/**
 * The fewest connections that meet the targets, by simulation. All candidates get the same requests with the same hold
 * times at the same moments, so that their difference is not luck. The walk starts at `start`, the answer of a formula,
 * and takes steps of 1, 2, 4 and so on, then halves: a good start is confirmed with two runs.
 */
export async function smallestBySimulation(
  input: SearchInput,
  targets: WaitTargets,
  options: ProgressOptions & { readonly start: number; readonly least?: number; readonly most?: number },
): Promise<SimulatedSmallest> {
  const { least = 1, most = maxCount } = options;
  const durationMs = input.durationMs ?? (300_000 / meanRatePerSecond(input.arrivals)) * 1_000;
  const warmupMs = input.warmupMs ?? durationMs / 10;
  const candidates: SimulatedCandidate[] = [];
  let isFinished = true;

  const meets = async (connections: number): Promise<boolean> => {
    const simulation = new Simulation({ ...input, connections, durationMs, warmupMs });
    // The number of runs is not known in advance: the share counts on one more after this one.
    const doneShare = (share: number) => (candidates.length + share) / (candidates.length + 2);
    await advanceToEnd(simulation, options, doneShare);
    if (!simulation.isOver) {
      isFinished = false;
      return false;
    }
    const run = simulation.figures();
    const meetsTargets = run.p99WaitMs <= targets.maxWaitP99Ms && run.lost <= targets.maxLossRatio * run.requests;
    candidates.push({ connections, meetsTargets, run });
    return meetsTargets;
  };

  const bounds = await bracket(Math.min(Math.max(options.start, least), most), least, most, meets);
  let { tooFew, enough } = bounds;
  while (isFinished && enough !== undefined && enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (await meets(middle)) enough = middle;
    else tooFew = middle;
  }
  const found = candidates.filter((candidate) => candidate.meetsTargets).map((candidate) => candidate.connections);
  await options.onProgress?.(1);
  return { ...(found.length > 0 && { connections: Math.min(...found) }), candidates, isFinished };
}

/** A number of connections that is too few (least - 1 untried) and one that is enough, if any is. */
async function bracket(
  start: number,
  least: number,
  most: number,
  meets: (connections: number) => Promise<boolean>,
): Promise<{ tooFew: number; enough: number | undefined }> {
  if (await meets(start)) {
    let enough = start;
    for (let step = 1; enough > least; step *= 2) {
      const fewer = Math.max(least, enough - step);
      if (!(await meets(fewer))) return { tooFew: fewer, enough };
      enough = fewer;
    }
    return { tooFew: least - 1, enough };
  }
  let tooFew = start;
  for (let step = 1; tooFew < most; step *= 2) {
    const more = Math.min(most, tooFew + step);
    if (await meets(more)) return { tooFew, enough: more };
    tooFew = more;
  }
  return { tooFew, enough: undefined };
}
