import type { Simulation } from './run.ts';

/** How a caller follows a long simulation and stops it. */
export interface ProgressOptions {
  /** Stops at the next check; what is done by then is returned. */
  readonly signal?: AbortSignal;
  /**
   * Called with the share that is done, 0 to 1, about every 50,000 requests and after each run. A promise is waited for:
   * nothing here lets the event loop turn, so a caller that handles Ctrl-C returns one that resolves in a later turn.
   */
  readonly onProgress?: (doneShare: number) => void | Promise<void>;
}

const requestsBetweenChecks = 50_000;

/** Runs to the end, or until the signal; `doneShare` turns the share of this run into that of the whole job. */
export async function advanceToEnd(
  simulation: Simulation,
  { signal, onProgress }: ProgressOptions,
  doneShare: (ofThisRun: number) => number = (share) => share,
): Promise<void> {
  while (!simulation.isOver && !signal?.aborted) {
    simulation.advance(requestsBetweenChecks);
    await onProgress?.(doneShare(simulation.doneShare));
  }
}
