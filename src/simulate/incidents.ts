import type { FactorSteps } from '../traffic/factor-steps.ts';
import type { Incident } from './model.ts';

/** The factor of one kind of incident over the run: 1 outside of them; where some overlap, their product. */
export function factorSteps(incidents: readonly Incident[], kind: Incident['kind']): FactorSteps {
  const ours = incidents.filter((incident) => incident.kind === kind);
  const moments = ours
    .flatMap(({ fromMs, toMs }) => [fromMs, toMs])
    .filter((moment) => moment > 0 && moment < Infinity);
  const startsMs = [...new Set([0, ...moments])].toSorted((a, b) => a - b);
  const factors = startsMs.map((moment) =>
    ours.filter(({ fromMs, toMs }) => fromMs <= moment && moment < toMs).reduce((all, { factor }) => all * factor, 1),
  );
  return { startsMs, factors };
}

/**
 * When work that starts now will be done, with the database slow at times. Every incident is known before the run, so the
 * end is known at the start and work under way never has to be moved. To be asked with moments that do not go back.
 */
export class DatabaseClock {
  readonly #steps: FactorSteps;
  #step = 0;
  #stepEndMs: number;
  #factor: number;

  constructor(incidents: readonly Incident[]) {
    this.#steps = factorSteps(incidents, 'slow-database');
    this.#stepEndMs = this.#steps.startsMs[1] ?? Infinity;
    this.#factor = this.#steps.factors[0] ?? 1;
  }

  /** Infinity when the database never comes back. */
  endOf(startMs: number, workMs: number): number {
    while (startMs >= this.#stepEndMs) {
      this.#step += 1;
      this.#stepEndMs = this.#steps.startsMs[this.#step + 1] ?? Infinity;
      this.#factor = this.#steps.factors[this.#step] ?? 1;
    }
    const endMs = startMs + workMs * this.#factor;
    return endMs <= this.#stepEndMs ? endMs : this.#endBeyondStep(startMs, workMs);
  }

  #endBeyondStep(startMs: number, workMs: number): number {
    const { startsMs, factors } = this.#steps;
    let [nowMs, leftMs] = [startMs, workMs];
    for (let step = this.#step; ; step += 1) {
      const factor = factors[step] ?? 1;
      const stepEndMs = startsMs[step + 1] ?? Infinity;
      const endMs = nowMs + leftMs * factor;
      if (endMs <= stepEndMs || stepEndMs === Infinity) return endMs;
      leftMs -= (stepEndMs - nowMs) / factor;
      nowMs = stepEndMs;
    }
  }
}
