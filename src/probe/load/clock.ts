/** Time as a load sees it. A test brings one of its own, in which a minute takes no time. */
export interface Clock {
  /** In ms, from any beginning; never goes back. */
  now(): number;
  /** Calls back at the moment or soon after. Returns a function that cancels the call. */
  at(momentMs: number, call: () => void): () => void;
  /** The moment in ms since 1970. */
  sinceEpochMs(momentMs: number): number;
}

export function realClock(now: () => number = () => performance.now()): Clock {
  return {
    now,
    at(momentMs, call) {
      const timer = setTimeout(call, Math.max(0, momentMs - now()));
      return () => clearTimeout(timer);
    },
    sinceEpochMs: (momentMs) => Date.now() + momentMs - now(),
  };
}

/** Calls back again and again, `ms` after the last call, until the function that it returns is called. */
export function every(clock: Clock, ms: number, call: () => void): () => void {
  let takeBack = () => {};
  const arm = () => {
    takeBack = clock.at(clock.now() + ms, () => {
      arm();
      call();
    });
  };
  arm();
  return () => takeBack();
}
