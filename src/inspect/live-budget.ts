import type { ConnectionLimits } from '../engines/facts.ts';

/** How many connections a live server lets this user have. */
export interface LiveBudget {
  /** What an empty server would let in: max_connections less reserved slots, or a limit below that. */
  readonly usableConnections: number;
  /** What it would let in now, beside the sessions that are there. */
  readonly freeConnections: number;
  /** What decides the free ones: `max_connections`, or the limit of the user or database by name. */
  readonly limitedBy: string;
}

/**
 * Reserved slots are the last free ones, whichever users took the others, so every session counts against the ordinary budget.
 * Measured on PostgreSQL 12 to 18, MySQL 9.7 and MariaDB 10.11 and 11.8.
 */
export function liveBudget({ maxConnections, lowered, reserved, caps, taken }: ConnectionLimits): LiveBudget {
  const closed = reserved.reduce((sum, { connections, isOpen }) => sum + (isOpen ? 0 : connections), 0);
  const ordinary = Math.max(0, maxConnections - closed);
  const limits = [{ name: lowered?.by ?? 'max_connections', connections: ordinary, taken }, ...caps];
  const free = limits.map((limit) => ({ ...limit, free: Math.max(0, limit.connections - limit.taken) }));
  const tightest = free.reduce((least, limit) => (limit.free < least.free ? limit : least));
  return {
    usableConnections: Math.min(...limits.map(({ connections }) => connections)),
    freeConnections: tightest.free,
    limitedBy: tightest.name,
  };
}
