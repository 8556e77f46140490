import { longestTimerMs } from '../../base/deadline.ts';
import { type Io, stopSignal } from '../../base/io.ts';
import type { Watching } from '../../watch/watch-targets.ts';

export interface WatchEnds {
  readonly isOnce: boolean;
  readonly forMs: number | undefined;
  /** Fulfilled when the user has seen enough. */
  readonly quit?: Promise<void>;
}

/** Until one look at each target is over, or the time, or the user ends it, by a key or a signal. */
export async function untilEnd(
  watching: Watching,
  { isOnce, forMs = longestTimerMs, quit }: WatchEnds,
  io: Io,
): Promise<void> {
  const signal = stopSignal(io);
  let timer: NodeJS.Timeout | undefined;
  let stopListening = () => {};
  let onAbort = () => {};
  const reasons = [
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, forMs);
    }),
    new Promise<void>((resolve) => {
      onAbort = resolve;
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', onAbort, { once: true });
    }),
    ...(quit ? [quit] : []),
    ...(isOnce
      ? [
          new Promise<void>((resolve) => {
            stopListening = watching.onChange(({ targets }) => {
              if (targets.every(({ polls }) => polls.done > 0)) resolve();
            });
          }),
        ]
      : []),
  ];
  try {
    await Promise.race(reasons);
  } finally {
    clearTimeout(timer);
    stopListening();
    signal.removeEventListener('abort', onAbort);
  }
}
