/**
 * What the queueing formulas ask of a hold time. Times in ms.
 * The residual is what is left of a hold at a random moment of it: density P(S > t) / mean (the equilibrium distribution of
 * renewal theory; Cox, Renewal Theory (1962), section 5.2).
 */
export interface HoldDistribution {
  readonly meanMs: number;
  /** Variance over squared mean: 0 for constant, 1 for exponential times. */
  readonly scv: number;
  /**
   * E[S^3] E[S] / E[S^2]^2: how much the rarest, longest holds weigh among the long ones. 1 for constant times and for a share of slow
   * ones, 1.5 for exponential times, 1 + scv for a lognormal.
   */
  readonly heaviness: number;
  /** Exponential: formulas are exact. */
  readonly isMemoryless?: boolean;
  /** Share of the holds that are at most t. */
  readonly cdf: (t: number) => number;
  /** The time that a share p of the holds does not exceed; p from 0 to 1. */
  readonly quantile: (p: number) => number;
  /** Share of the residuals that are at most t. */
  readonly residualCdf: (t: number) => number;
  /** Mean of min(residual, t): the integral of 1 - residualCdf from 0 to t. Its limit is mean (1 + scv) / 2. */
  readonly residualMeanUpTo: (t: number) => number;
}
