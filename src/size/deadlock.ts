import { roundUpConnections } from './rounding.ts';
import type { OfferedLoad } from './workload.ts';

/** Nested acquisition: a request that holds one connection and waits for another can deadlock the whole pool. */
export interface DeadlockBound {
  /** Requests T that run together, at most: as given, else the bound that a semaphore must keep. */
  readonly concurrentRequests: number;
  readonly boundedByCaller: boolean;
  /** T x (C - 1) + 1: below it every request can hold all but its last connection, and none can go on. */
  readonly floor: number;
  /** What the load asks for, raised to the floor where that is higher. */
  readonly connectionLimit: number;
  /** Whether it was raised. */
  readonly isBinding: boolean;
}

/**
 * The smallest pool that cannot deadlock when requests hold C > 1 connections at once; undefined at C = 1.
 * An event loop does not bound T, so without a bound of the caller's the pool fixes it: T = floor((c - 1) / (C - 1)).
 * Source: HikariCP wiki, About Pool Sizing, "pool-locking".
 */
export function deadlockBound(
  wanted: number,
  { connectionsPerRequest, batchJobs }: Pick<OfferedLoad, 'connectionsPerRequest' | 'batchJobs'>,
  concurrentRequests: number | undefined,
): DeadlockBound | undefined {
  if (connectionsPerRequest <= 1) return undefined;
  const nested = connectionsPerRequest - 1;
  if (concurrentRequests !== undefined) {
    const floor = concurrentRequests * nested + 1;
    const connectionLimit = Math.max(wanted, roundUpConnections(floor + batchJobs));
    const isBinding = connectionLimit > wanted;
    return { concurrentRequests, boundedByCaller: true, floor, connectionLimit, isBinding };
  }
  const connectionLimit = Math.max(wanted, connectionsPerRequest + batchJobs);
  const allowed = Math.floor((connectionLimit - batchJobs - 1) / nested);
  const isBinding = connectionLimit > wanted;
  return {
    concurrentRequests: allowed,
    boundedByCaller: false,
    floor: allowed * nested + 1,
    connectionLimit,
    isBinding,
  };
}
