const atOnce = 10;
const pauseMs = 100;

/** Lets at most ten connections begin to open every 100 ms, of all the pools that it is given to. */
export class OpeningPace {
  #begun = 0;
  #gate: Promise<void> = Promise.resolve();

  /** Resolves when one more may begin, or at once when it is over. */
  turn(signal: AbortSignal): Promise<void> {
    if (this.#begun > 0 && this.#begun % atOnce === 0) this.#gate = this.#gate.then(() => pause(signal));
    this.#begun += 1;
    return this.#gate;
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, pauseMs);
    signal.addEventListener('abort', over);
  });
}
