/** How often an event loop shows that it turns, and is looked at. */
export const beatMs = 200;

/** Counts turns of this thread's event loop in memory that another thread sees. Returns what ends it. */
export function beat(counts: Int32Array): () => void {
  const timer = setInterval(() => Atomics.add(counts, 0, 1), beatMs);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * How many beats in a row the other thread has missed; to be asked once a beat. Both threads count beats instead of looking
 * at a clock: while the process is stopped or the machine sleeps, neither counts.
 */
export function missedBeats(counts: Int32Array): () => number {
  let seen = -1;
  let missed = 0;
  return () => {
    const turns = Atomics.load(counts, 0);
    missed = turns === seen ? missed + 1 : 0;
    seen = turns;
    return missed;
  };
}
