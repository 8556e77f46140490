/** A factor that changes at given moments: factors[i] holds from startsMs[i] (the first is 0) to the next. */
export interface FactorSteps {
  readonly startsMs: readonly number[];
  readonly factors: readonly number[];
}

/** The factor at a moment. */
export function factorAt({ startsMs, factors }: FactorSteps, momentMs: number): number {
  return factors[startsMs.findLastIndex((start) => start <= momentMs)] ?? 1;
}
