import { AcquireTimeoutError, BudgetExhaustedError, PoolLimitError, type PoolMoment } from './errors.ts';
import type { BudgetScope } from './ledger.ts';
import type { ManagerSettings } from './options.ts';

interface Lateness {
  readonly id: string;
  readonly waitedMs: number;
  /** As many pools as may be were open. */
  readonly isWaitingForRoom: boolean;
  readonly blockedBy: BudgetScope | undefined;
  readonly pool: PoolMoment;
  /** Of the last attempt to connect, where it failed. */
  readonly lastError: unknown;
}

/** Why a request got no connection within its deadline. */
export function latenessOf(late: Lateness, { maxPools, perServer, total }: ManagerSettings): Error {
  const { id, waitedMs, blockedBy, pool, lastError } = late;
  if (late.isWaitingForRoom) return new PoolLimitError(id, waitedMs, maxPools);
  if (blockedBy) {
    return new BudgetExhaustedError(id, waitedMs, blockedBy, blockedBy === 'server' ? perServer : total);
  }
  return new AcquireTimeoutError(id, waitedMs, pool, whyLate(pool), lastError);
}

function whyLate({ used, connecting, pending, limit, longestHolderMs }: PoolMoment): string {
  if (limit === 0) return 'its definition was not read in time.';
  if (used >= limit) {
    return `all ${limit} are in use, ${pending} requests wait, and the oldest holder has its connection for ${Math.round(longestHolderMs)} ms.`;
  }
  return `${used} of ${limit} are in use, and ${connecting > 0 ? `${connecting} being opened` : 'none can be opened now'}.`;
}
