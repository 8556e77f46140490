import { systemClock } from '../pools/clock.ts';
import type { SavedMarks } from './marks.ts';
import type { WatchingOptions, WatchTarget } from './options.ts';
import { firstLookAfterMs } from './schedule.ts';
import type { WatchState } from './state.ts';
import { TargetLoop } from './target-loop.ts';
import { TargetRecord } from './target-record.ts';
import { samplesInARow as usualSamples } from './thresholds.ts';

/** Targets that are looked at until `close`. */
export interface Watching {
  readonly state: WatchState;
  /** Called after each change, with the new state; gives what ends that. */
  onChange(listener: (state: WatchState) => void): () => void;
  /** The marks of the targets that were reached, with the servers that they are of. */
  savedMarks(): Readonly<Record<string, SavedMarks>>;
  /** The high-water marks begin anew, at what is taken now. */
  resetMarks(): void;
  /** No more looks until `resume`. The connections are kept. */
  pause(): void;
  resume(): void;
  readonly isPaused: boolean;
  /** Ends all looks and closes the connections. */
  close(): Promise<void>;
}

const usualIntervalMs = 2_000;
const usualTimeoutMs = 5_000;

/**
 * Looks at each target in its interval, on one connection that is kept. A target that does not answer delays no other, and is
 * tried again with growing waits (full jitter, 1 s to 30 s). What it finds is in `state`; nothing is thrown.
 */
export function watchTargets(targets: readonly WatchTarget[], options: WatchingOptions = {}): Watching {
  const { intervalMs = usualIntervalMs, timeoutMs = usualTimeoutMs, clock = systemClock, signal } = options;
  const { alarms = {}, samplesInARow = usualSamples, marks = {} } = options;
  const open = options.open ?? (async (...given) => (await import('./looks/open.ts')).openWatcher(...given));
  const listeners = new Set<(state: WatchState) => void>();
  let state: WatchState | undefined;
  let isPaused = false;
  const onChange = () => {
    state = undefined;
    for (const listener of listeners) listener(now());
  };
  const loops = targets.map((target) => {
    const ownMs = target.intervalMs ?? intervalMs;
    const record = new TargetRecord(target, {
      ...{ intervalMs: ownMs, alarms, samplesInARow, clock, onChange },
      marks: marks[target.name],
    });
    const firstAfterMs = firstLookAfterMs(target.name, ownMs, targets.length);
    return new TargetLoop(target, { intervalMs: ownMs, timeoutMs, firstAfterMs, clock, open }, record);
  });
  const now = () => {
    state ??= { atMs: clock.wallMs(), intervalMs, targets: loops.map(({ record }) => record.state) };
    return state;
  };
  const close = async () => {
    signal?.removeEventListener('abort', close);
    await Promise.all(loops.map((loop) => loop.close()));
    listeners.clear();
  };
  signal?.addEventListener('abort', close, { once: true });
  return {
    get state() {
      return now();
    },
    get isPaused() {
      return isPaused;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    savedMarks: () =>
      Object.fromEntries(
        targets.flatMap(({ name }, index) => {
          const saved = loops[index]?.record.marks;
          return saved ? [[name, saved]] : [];
        }),
      ),
    resetMarks() {
      for (const { record } of loops) record.resetMarks();
    },
    pause() {
      isPaused = true;
      for (const loop of loops) loop.pause();
    },
    resume() {
      isPaused = false;
      for (const loop of loops) loop.resume();
    },
    close,
  };
}
