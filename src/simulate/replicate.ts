import { estimateFigures, type Figures } from './figures.ts';
import type { SimulationInput, SimulationRun } from './model.ts';
import { advanceToEnd, type ProgressOptions } from './progress.ts';
import { isReplay, predictFigures, replayOf } from './replay.ts';
import { Simulation } from './run.ts';
import { queueMemoryOf } from './run-plan.ts';

/** What several independent runs of the same input came to. */
export interface Replications {
  readonly figures: Figures;
  /** The finished runs, with seeds input.seed, input.seed + 1 and so on; when stopped within the first, that one as far as it got. */
  readonly runs: readonly SimulationRun[];
  /** False when the signal stopped it before all runs were done. */
  readonly isFinished: boolean;
}

/**
 * Runs the input `replications` times (5 by default) with different random numbers and estimates each figure. Of a load with
 * recorded holds, the first run is what was recorded, and the figures are its.
 */
export async function replicate(
  input: SimulationInput,
  { replications = 5, ...progress }: ProgressOptions & { readonly replications?: number } = {},
): Promise<Replications> {
  const runs: SimulationRun[] = [];
  const isRecorded = isReplay(input);
  const found = (isFinished: boolean) => {
    const figures = isRecorded ? predictFigures(runs) : estimateFigures(runs, queueMemoryOf(input, runs.length));
    return { figures, runs, isFinished };
  };
  for (let index = 0; index < replications; index += 1) {
    const simulation = new Simulation({ ...(isRecorded ? replayOf(input, index) : input), seed: input.seed + index });
    await advanceToEnd(simulation, progress, (share) => (index + share) / replications);
    if (simulation.isOver || index === 0) runs.push(simulation.figures());
    if (!simulation.isOver) return found(false);
    if (progress.signal?.aborted) break;
  }
  return found(runs.length === replications);
}
