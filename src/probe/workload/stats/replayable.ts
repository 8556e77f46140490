import { PoolctlError } from '../../../base/errors.ts';
import type { VariableLaw } from '../model.ts';

/** A counted statement that can be sent again, with the values that it needs. */
export interface Replayable {
  readonly text: string;
  readonly calls: number;
  readonly parameters: readonly string[];
  readonly variables: Readonly<Record<string, VariableLaw>>;
}

/** Why --from-stats has nothing to run. */
export function notReplayable(why: string, hint: string, cause?: unknown): PoolctlError {
  return new PoolctlError('NOT_MEASURED', `The server's own statements cannot be taken: ${why}.`, { hint, cause });
}
