import { geometricSizes } from '../plan/sizes.ts';
import type { PoolerReach } from '../result.ts';

/** A size nearer below what the pooler runs at once would tell no more. */
const clearlyBelow = 0.7;

/**
 * The sizes of a ramp through a pooler: up to what it runs at once on the server, and two beyond, which show where more
 * wait. Undefined where all that may be opened run at once: then they are chosen as for a server.
 */
export function sizesThrough({ letIn, atOnce }: PoolerReach, allowed: number): number[] | undefined {
  const most = Math.min(allowed, letIn);
  if (atOnce < 1 || atOnce >= most) return undefined;
  const below = geometricSizes(Math.max(1, Math.floor(clearlyBelow * atOnce)));
  const sizes = [...below, atOnce, Math.ceil(1.5 * atOnce), 2 * atOnce].map((size) => Math.min(size, most));
  return [...new Set(sizes)];
}
