import type { ServeOptions } from '../../src/serve/options.ts';
import { serveWatch, type WatchServer } from '../../src/serve/serve.ts';
import type { WatchState } from '../../src/watch/state.ts';

/** What is watched, as the test says. `nowMs` is the clock that the ages of looks are told by; looks are of 60,000. */
export class MadeWatching {
  state: WatchState;
  isPaused = false;
  nowMs = 61_500;
  readonly #listeners = new Set<(state: WatchState) => void>();

  constructor(state: WatchState) {
    this.state = state;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  onChange(listener: (state: WatchState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  become(state: WatchState): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }

  /** Serves it on a free port of 127.0.0.1. */
  serve(options: Partial<ServeOptions> = {}): Promise<WatchServer> {
    return serveWatch(this, { port: 0, nowMs: () => this.nowMs, ...options });
  }
}
