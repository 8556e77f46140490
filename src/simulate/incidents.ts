import type { Incident } from './model.ts';

/** A factor that changes at given moments: factors[i] holds from startsMs[i] (the first is 0) to the next. */
export interface FactorSteps {
  readonly startsMs: readonly number[];
  readonly factors: readonly number[];
}

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

/** The factor at a moment. */
export function factorAt({ startsMs, factors }: FactorSteps, momentMs: number): number {
  return factors[startsMs.findLastIndex((start) => start <= momentMs)] ?? 1;
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
