import type { EngineId } from '../../../base/engine.ts';

export interface BuiltinOptions {
  readonly engine: EngineId;
  /** Part of the names of its objects: letters a to z and digits, at most 20. */
  readonly runId: string;
  readonly allowWrite: boolean;
  readonly prepared: boolean;
  /** Branches of tpcb-like, each with 10 tellers and 100,000 accounts. */
  readonly scale?: number;
}
