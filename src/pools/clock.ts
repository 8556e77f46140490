/** Where the manager gets time and chance from. */
export interface PoolClock {
  /** Ms of a clock that never goes back. */
  now(): number;
  /** Ms since 1970. */
  wallMs(): number;
  /** From 0 to below 1. */
  random(): number;
}

export const systemClock: PoolClock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  random: () => Math.random(),
};
