/** Does a piece of work, and may measure how long it takes under that name. */
export type Stopwatch = <T>(what: string, work: () => T) => T;

export const unmeasured: Stopwatch = (_what, work) => work();

/** Adds up how long each kind of work takes, by a clock in ms. */
export function stopwatch(now: () => number): {
  readonly time: Stopwatch;
  readonly takenMs: ReadonlyMap<string, number>;
} {
  const takenMs = new Map<string, number>();
  const time: Stopwatch = (what, work) => {
    const start = now();
    try {
      return work();
    } finally {
      takenMs.set(what, (takenMs.get(what) ?? 0) + now() - start);
    }
  };
  return { time, takenMs };
}
