import type { Look } from '../control/control.ts';

const stepMs = 100;

/** A look that was asked for, and how long its answer has been missing. */
export interface PendingLook {
  readonly answer: Promise<Look>;
  /** In ms. Time in which this process stood still itself does not count. */
  ageMs(): number;
}

/** Asks, and calls `onAge` every 100 ms until the answer is there. */
export function askedLook(ask: () => Promise<Look>, now: () => number, onAge: (ageMs: number) => void): PendingLook {
  let ageMs = 0;
  let lastMs = now();
  const count = () => {
    ageMs += Math.min(now() - lastMs, 2 * stepMs);
    lastMs = now();
  };
  const timer = setInterval(() => {
    count();
    // An answer that has arrived is read before this is called.
    setImmediate(() => {
      if (!isAnswered) onAge(ageMs);
    });
  }, stepMs);
  let isAnswered = false;
  const answer = ask().finally(() => {
    isAnswered = true;
    count();
    clearInterval(timer);
  });
  return { answer, ageMs: () => ageMs };
}

/** When a load was last seen to get on, from its ticks. */
export interface Progress {
  /** A step begins, then or now. */
  begin(fromMs?: number): void;
  tick(ended: number): void;
  end(): void;
  /** The longest that nothing ended, now or at a time that reached into the last `sinceMs`. 0 outside of a step. */
  stillMs(sinceMs: number): number;
  /** From one request that ended to the next, on average over the step until nothing ended any more. */
  usualMs(): number;
}

export function progressOf(now: () => number): Progress {
  let lastMs: number | undefined;
  let count = 0;
  let beganMs = 0;
  let gap = { toMs: Number.NEGATIVE_INFINITY, ms: 0 };
  return {
    begin(fromMs = now()) {
      lastMs = fromMs;
      beganMs = fromMs;
      count = 0;
      gap = { toMs: Number.NEGATIVE_INFINITY, ms: 0 };
    },
    tick(ended) {
      if (lastMs === undefined || ended <= count) return;
      count = ended;
      gap = { toMs: now(), ms: now() - lastMs };
      lastMs = now();
    },
    end() {
      lastMs = undefined;
    },
    stillMs(sinceMs) {
      if (lastMs === undefined) return 0;
      return Math.max(now() - lastMs, gap.toMs >= now() - sinceMs ? gap.ms : 0);
    },
    usualMs: () => (lastMs === undefined || count === 0 ? Number.POSITIVE_INFINITY : (lastMs - beganMs) / count),
  };
}
