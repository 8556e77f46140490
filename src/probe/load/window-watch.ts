import { watchClient } from './client-use.ts';
import { every } from './clock.ts';
import { tickMs } from './live-view.ts';
import type { LoadParts, LoadRun } from './load-run.ts';
import { connectionsOf, type StepPlan } from './model.ts';
import type { ShardSecond, ShardUse } from './shard-run.ts';

export interface WindowWatch {
  /** What was seen in the window, which ends now. */
  closeWindow(): WindowSeen;
  /** No more ticks. */
  stop(): void;
}

export interface WindowSeen {
  readonly seconds: readonly ShardSecond[];
  readonly use: ShardUse;
  readonly queueGrew: boolean;
}

const looksAtQueue = 40;
const leastBetweenMs = 10;

/** Sends ticks to `onTick`, and looks at the client and at the queue as long as the window lasts. */
export function watchWindow({ clock, pool, plan, onTick }: LoadRun, parts: LoadParts): WindowWatch {
  const { window, live, seconds } = parts;
  const lengths: number[] = [];
  let stopLooking = () => {};
  let watched = watchClient();
  const stopTicks = every(clock, tickMs, () => {
    seconds.advance(clock.now());
    onTick?.(live.tick(clock.now(), pool));
  });
  const takeBack = clock.at(window.fromMs, () => {
    watched(); // What the warm-up used is left out.
    watched = watchClient();
    const betweenMs = Math.max(leastBetweenMs, (window.toMs - window.fromMs) / looksAtQueue);
    stopLooking = every(clock, betweenMs, () => lengths.push(pool.waiting));
  });
  const hasLimit = plan.load.kind === 'closed' || isBounded(plan);
  return {
    closeWindow() {
      takeBack();
      stopLooking();
      const queueGrew = !hasLimit && grewToTheEnd(lengths, connectionsOf(plan));
      return { seconds: seconds.upTo(window.toMs), use: watched(), queueGrew };
    },
    stop() {
      takeBack();
      stopLooking();
      stopTicks();
    },
  };
}

/** Whether the settings end the growth of a queue within the window: nobody gives up after it. */
function isBounded({ pool, unpooled = false, durationMs }: StepPlan): boolean {
  const { queueLimit, acquireTimeoutMs = Number.POSITIVE_INFINITY } = pool;
  return !unpooled && (queueLimit !== undefined || acquireTimeoutMs < durationMs);
}

/** Fewer looks at a queue show nothing. */
const leastLooks = 8;

/**
 * Whether a queue grew to the end: it was always longer in the last quarter than ever in the first half. A queue that is
 * only long at times comes back to nothing in between.
 */
function grewToTheEnd(lengths: readonly number[], connections: number): boolean {
  if (lengths.length < leastLooks) return false;
  const before = Math.max(...lengths.slice(0, Math.floor(lengths.length / 2)));
  const after = Math.min(...lengths.slice(-Math.floor(lengths.length / 4)));
  return after > before && after > connections;
}
