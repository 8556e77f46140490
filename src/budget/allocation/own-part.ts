import type { BudgetPool } from '../model.ts';

/** The pool that a size is chosen for, and what its process opens to that server beside it. */
export interface OwnPart {
  /** Undefined where nobody knows the size. */
  readonly declared: number | undefined;
  /** Connections of the other parts, which keep their sizes: a job queue, a client that listens. */
  readonly beside: number;
}

/** The largest of the parts is the pool itself; where the size is unknown, what is known of it is beside the pool. */
export function ownPart({ size, parts }: BudgetPool): OwnPart {
  const known = parts.reduce((sum, { connections }) => sum + connections, 0);
  if (size.kind === 'unknown') return { declared: undefined, beside: known };
  const largest = parts.reduce((most, { connections }) => Math.max(most, connections), 0);
  const beside = Math.min(size.value, known - largest);
  return { declared: size.value - beside, beside };
}
