import type { ServerClock } from './meeting.ts';

const rounds = 9;

/** A clock that is read beside the server's: ours that never jumps, and the wall's; both in ms. */
export interface OwnClocks {
  readonly now: () => number;
  /** Since 1970. */
  readonly wall: () => number;
}

/** What is added to `now` to have the server's time, in ms since 1970, and how sure that is. */
export interface ReadClock {
  readonly aheadMs: number;
  readonly clock: ServerClock;
}

/** The wall's clock, finer than Date.now(). */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Reads the server's clock by Cristian's method: of several round trips the quickest, in whose middle the server is taken
 * to have answered. `ask`: the server's time in ms since 1970.
 */
export async function readServerClock(ask: () => Promise<number>, { now, wall }: OwnClocks): Promise<ReadClock> {
  let best = { rttMs: Number.POSITIVE_INFINITY, aheadMs: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const sentMs = now();
    const serverMs = await ask();
    const rttMs = now() - sentMs;
    if (rttMs < best.rttMs) best = { rttMs, aheadMs: serverMs - (sentMs + rttMs / 2) };
  }
  const { rttMs, aheadMs } = best;
  return { aheadMs, clock: { offsetMs: aheadMs + now() - wall(), rttMs } };
}
